package org.demur.model.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;

/// Which files of a repository make up the model.
///
/// Safetensors are preferred; a GGUF is taken when the repository has no safetensors or when it is
/// named. Pickled weights (`.bin`, `.pt`) are never taken, because reading them can run code.
///
/// @param kind what the files are together
/// @param files all of them, except the shards when `index` is there
/// @param index the file that names the shards
record FileSelection(ModelLocation.Kind kind, List<String> files, Optional<String> index) {
  static final String INDEX = "model.safetensors.index.json";
  private static final String SINGLE = "model.safetensors";
  private static final String USUAL_QUANTISATION = "q4_k_m";
  private static final Pattern METADATA =
      Pattern.compile(
          "config\\.json|generation_config\\.json|adapter_config\\.json|special_tokens_map\\.json"
              + "|tokenizer[A-Za-z0-9._-]*\\.json|chat_template[A-Za-z0-9._-]*");
  private static final Pattern PICKLED = Pattern.compile(".*\\.(bin|pt|pth|ckpt)");
  private static final Pattern SPLIT = Pattern.compile("(?i).*-\\d{5}-of-\\d{5}\\.gguf");

  /// Chooses among the files of a repository.
  ///
  /// @param model the model's name, for messages
  /// @param names the files at hand
  /// @param wanted the one file that the user named
  /// @throws ModelSourceException when there are no weights that can be read, or several GGUF files
  ///   and none is the usual choice
  static FileSelection choose(String model, Collection<String> names, Optional<String> wanted) {
    if (wanted.isPresent()) {
      return named(model, names, wanted.get());
    }
    List<String> metadata = names.stream().filter(FileSelection::isMetadata).sorted().toList();
    if (names.contains(SINGLE)) {
      return folder(model, metadata, List.of(SINGLE), Optional.empty());
    }
    if (names.contains(INDEX)) {
      return folder(model, metadata, List.of(INDEX), Optional.of(INDEX));
    }
    List<String> others =
        names.stream()
            .filter(name -> !name.contains("/") && name.endsWith(".safetensors"))
            .sorted()
            .toList();
    return others.isEmpty()
        ? gguf(model, names)
        : folder(model, metadata, others, Optional.empty());
  }

  /// Whether the files are the ones that every machine would choose, whatever else the repository
  /// has: not so for a GGUF that is merely the only one at hand.
  boolean isCertain(Optional<String> wanted) {
    return kind == ModelLocation.Kind.FOLDER || wanted.isPresent() || isUsual(files.getFirst());
  }

  private static boolean isMetadata(String name) {
    return METADATA.matcher(name).matches();
  }

  private static FileSelection named(String model, Collection<String> names, String wanted) {
    if (names.contains(wanted)) {
      return new FileSelection(ModelLocation.Kind.GGUF, List.of(wanted), Optional.empty());
    }
    List<String> ggufs = ggufs(names);
    throw new ModelSourceException(
        ErrorCode.NOT_FOUND,
        "%s does not exist: the repository has no such file%s%s"
            .formatted(model, Suggestions.hint(wanted, ggufs), listed(ggufs)));
  }

  private static FileSelection folder(
      String model, List<String> metadata, List<String> weights, Optional<String> index) {
    if (!metadata.contains("config.json") && !metadata.contains("adapter_config.json")) {
      throw new ModelSourceException(
          ErrorCode.MODEL_CONFIG,
          model + " has safetensors but neither config.json nor adapter_config.json");
    }
    List<String> files = new ArrayList<>(metadata);
    files.addAll(weights);
    return new FileSelection(ModelLocation.Kind.FOLDER, List.copyOf(files), index);
  }

  private static FileSelection gguf(String model, Collection<String> names) {
    List<String> ggufs = ggufs(names);
    if (ggufs.isEmpty()) {
      throw noWeights(model, names);
    }
    List<String> usual = ggufs.stream().filter(FileSelection::isUsual).toList();
    List<String> chosen = ggufs.size() == 1 ? ggufs : usual;
    if (chosen.size() != 1) {
      throw new ModelSourceException(
          ErrorCode.NOT_FOUND,
          "%s holds several GGUF files; name one, as in %s/%s%s"
              .formatted(model, model, ggufs.getFirst(), listed(ggufs)));
    }
    return new FileSelection(ModelLocation.Kind.GGUF, chosen, Optional.empty());
  }

  private static ModelSourceException noWeights(String model, Collection<String> names) {
    if (names.stream().anyMatch(name -> SPLIT.matcher(name).matches())) {
      return unreadable(model, "its GGUF is split into several files, which is not supported");
    }
    if (names.stream().anyMatch(name -> PICKLED.matcher(name).matches())) {
      return unreadable(
          model,
          "its weights are pickled (.bin or .pt), and reading a pickle can run code; convert them to"
              + " safetensors or use a repository that has them");
    }
    return unreadable(model, "it has neither safetensors nor a GGUF");
  }

  private static ModelSourceException unreadable(String model, String reason) {
    return new ModelSourceException(
        ErrorCode.MODEL_WEIGHTS, "%s has no weights that can be used: %s".formatted(model, reason));
  }

  private static List<String> ggufs(Collection<String> names) {
    return names.stream()
        .filter(HubReference::isGguf)
        .filter(name -> !name.contains("/") && !SPLIT.matcher(name).matches())
        .filter(name -> !name.toLowerCase(Locale.ROOT).startsWith("mmproj"))
        .sorted()
        .toList();
  }

  private static boolean isUsual(String name) {
    return name.toLowerCase(Locale.ROOT).contains(USUAL_QUANTISATION);
  }

  private static String listed(List<String> ggufs) {
    if (ggufs.isEmpty()) {
      return "";
    }
    String more = ggufs.size() > 8 ? ", ..." : "";
    return " (there: "
        + String.join(", ", ggufs.subList(0, Math.min(8, ggufs.size())))
        + more
        + ")";
  }
}
