package org.demur.cli;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.demur.core.Hashes;
import org.demur.model.ModelFiles;
import org.demur.model.ModelTextFiles;
import org.demur.model.PromptEncoder;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.LayerSpec;
import org.demur.model.config.Dimensions;
import org.demur.model.source.ModelLocation;
import org.demur.model.weights.WeightSource;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.gguf.GgufFile;
import org.demur.text.PostInstruction;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/// What `demur inspect` tells about a model.
///
/// @param location where its files are
/// @param license what its files or its source say about the license
/// @param architecture what its decoder is made of
/// @param parameters numbers in all tensors
/// @param tensors how they are stored
/// @param text its tokenizer and template; empty when it has no tokenizer
/// @param endOfSequence tokens with which it ends a text
record Inspection(
    ModelLocation location,
    Optional<String> license,
    Architecture architecture,
    long parameters,
    List<Stored> tensors,
    Optional<Text> text,
    Set<Integer> endOfSequence) {

  /// Tensors of one storage type.
  record Stored(String type, int count, long bytes) {}

  /// What is known about text.
  ///
  /// @param tokenizer one line about the tokenizer
  /// @param specialTokens names that templates use, and their text
  /// @param templateSha256 hash of the chat template, when there is one
  /// @param postInstruction what the template puts after the user's text
  record Text(
      String tokenizer,
      Map<String, String> specialTokens,
      Optional<String> templateSha256,
      Optional<PostInstruction> postInstruction) {}

  /// Looks into the files of a model.
  static Inspection of(ModelLocation location, ModelFiles files, ModelTextFiles text) {
    WeightSource weights = files.weights();
    long parameters = weights.shapes().values().stream().mapToLong(Inspection::product).sum();
    return new Inspection(
        location,
        location.license().or(() -> statedLicense(location)),
        files.architecture(),
        parameters,
        stored(weights),
        text.hasTokenizer() ? Optional.of(textOf(text)) : Optional.empty(),
        files.endOfSequence());
  }

  private static long product(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).reduce(1, (left, right) -> left * right);
  }

  private static Optional<String> statedLicense(ModelLocation location) {
    if (location.kind() != ModelLocation.Kind.GGUF) {
      return Optional.empty();
    }
    try (GgufFile file = GgufFile.open(location.path())) {
      return file.metadata().string("general.license");
    }
  }

  private static List<Stored> stored(WeightSource weights) {
    Map<StorageType, Stored> byType = new TreeMap<>();
    weights
        .types()
        .forEach(
            (name, type) -> {
              List<Long> shape = weights.shapes().getOrDefault(name, List.of());
              Stored one = new Stored(type.name(), 1, type.byteSize(product(shape)));
              byType.merge(
                  type,
                  one,
                  (all, more) ->
                      new Stored(all.type(), all.count() + 1, all.bytes() + more.bytes()));
            });
    return List.copyOf(byType.values());
  }

  private static Text textOf(ModelTextFiles text) {
    try (Tokenizer tokenizer = text.tokenizer()) {
      Optional<String> source = text.chatTemplateSource(false);
      return new Text(
          tokenizer.description(),
          text.specialTokens(),
          source.map(Hashes::ofText),
          source.map(
              _ ->
                  new PromptEncoder(
                          text, tokenizer, false, LocalDateTime.now(ZoneId.systemDefault()))
                      .postInstruction()));
    }
  }

  /// The JSON document.
  Map<String, Object> document() {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("model", location.name());
    document.put("path", location.path().toString());
    document.put("source", location.source());
    document.put("revision", location.revision().orElse(null));
    document.put("license", license.orElse(null));
    document.put("sha256", location.sha256().orElse(null));
    document.put("architecture", architecture.modelType());
    document.put("dimensions", architecture.dimensions());
    document.put("tiedHead", architecture.tiedHead());
    document.put("features", features());
    document.put("parameters", parameters);
    document.put("tensors", tensors);
    document.put("endOfSequence", endOfSequence);
    document.put("tokenizer", text.map(Text::tokenizer).orElse(null));
    document.put("specialTokens", text.map(Text::specialTokens).orElse(Map.of()));
    document.put("chatTemplateSha256", text.flatMap(Text::templateSha256).orElse(null));
    document.put("postInstruction", text.flatMap(Text::postInstruction).orElse(null));
    return document;
  }

  /// What is special about the decoder, in words.
  private List<String> features() {
    List<String> features = new ArrayList<>();
    architecture.ropes().forEach(rope -> features.add("rope " + rope.getClass().getSimpleName()));
    long windowed = architecture.layers().stream().filter(l -> l.slidingWindow() > 0).count();
    if (windowed > 0) {
      int window =
          architecture.layers().stream().mapToInt(LayerSpec::slidingWindow).max().orElse(0);
      features.add("sliding window of %d in %d layers".formatted(window, windowed));
    }
    architecture
        .experts()
        .ifPresent(
            experts ->
                features.add("%d of %d experts".formatted(experts.nActive(), experts.nExperts())));
    if (architecture.attention().softCap() > 0) {
      features.add("scores capped at " + architecture.attention().softCap());
    }
    if (architecture.scales().logitSoftCap() > 0) {
      features.add("logits capped at " + architecture.scales().logitSoftCap());
    }
    return features;
  }

  /// Prints it for people.
  void print(Console console) {
    Dimensions size = architecture.dimensions();
    row(console, "model", location.name());
    row(console, "from", location.source());
    row(console, "license", license.orElse("not stated in the files"));
    row(
        console,
        "architecture",
        "%s, %d layers, dModel %d, %d heads (%d key-value) of %d, feed-forward %d"
            .formatted(
                architecture.modelType(),
                size.nLayers(),
                size.dModel(),
                size.nHeads(),
                size.nKvHeads(),
                size.dHead(),
                size.dFeedForward()));
    row(console, "", String.join(", ", features()));
    row(console, "head", architecture.tiedHead() ? "tied to the embedding" : "its own");
    row(console, "context", size.contextLength() + " tokens");
    row(console, "parameters", Sizes.ofCount(parameters));
    tensors.forEach(
        part ->
            row(
                console,
                "tensors",
                "%d %s, %s".formatted(part.count(), part.type(), Sizes.ofBytes(part.bytes()))));
    row(console, "tokenizer", text.map(Text::tokenizer).orElse("none"));
    text.ifPresent(known -> print(console, known));
    row(console, "ends with", endOfSequence.isEmpty() ? "not stated" : endOfSequence.toString());
  }

  private static void print(Console console, Text text) {
    text.specialTokens().forEach((name, literal) -> row(console, name, literal));
    row(
        console,
        "chat template",
        text.templateSha256().map(hash -> "sha256 " + hash.substring(0, 16)).orElse("none"));
    text.postInstruction()
        .ifPresent(
            after -> {
              List<String> tokens = new ArrayList<>();
              for (int i = 0; i < after.ids().size(); i++) {
                tokens.add(after.ids().get(i) + " " + after.pieces().get(i));
              }
              row(console, "t_post-inst", String.join(" | ", tokens));
            });
  }

  private static void row(Console console, String name, String value) {
    if (!value.isEmpty()) {
      console.line("%-15s%s".formatted(name, value));
    }
  }
}
