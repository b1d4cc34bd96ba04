package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.demur.text.tokenizer.TokenizerDefinition.Roles;

/// Makes the definition of a tokenizer from the vocabulary of a GGUF file, so that it gives the ids
/// that llama.cpp gives.
final class GgufDefinition {
  private static final int MAX_TOKENS = 4_000_000;
  private static final String SPACE_MARK = "\u2581";

  private final GgufVocabulary file;
  private final String[] pieces;
  private final TokenKind[] kinds;
  private final Set<Integer> endsOfTurn;
  private final Vocabulary vocabulary;
  private final Placeholders placeholders = new Placeholders();

  private GgufDefinition(GgufVocabulary file) {
    this.file = file;
    this.pieces = pieces(file);
    this.kinds = new TokenKind[pieces.length];
    for (int id = 0; id < pieces.length; id++) {
      kinds[id] = file.kind(id);
    }
    this.endsOfTurn = new LinkedHashSet<>(ControlNames.correct(pieces, kinds));
    this.vocabulary = new Vocabulary(pieces, kinds);
  }

  static TokenizerDefinition of(GgufVocabulary file) {
    GgufDefinition definition = new GgufDefinition(file);
    return switch (file.model()) {
      case "gpt2" -> definition.byteLevel(PreTokenizers.named(file.preTokenizer().orElse("")));
      case "gemma4" -> definition.byteLevel(PreTokenizers.named("gemma4"));
      case "llama" -> definition.sentencePiece();
      default ->
          throw new TokenizerException(
              ("tokenizer model \"%s\" (GGUF metadata key tokenizer.ggml.model) is not supported;"
                      + " supported are gpt2 (byte-level BPE), gemma4 and llama (SentencePiece BPE)")
                  .formatted(file.model()));
    };
  }

  private static String[] pieces(GgufVocabulary file) {
    List<String> tokens = file.tokens();
    if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
      throw new TokenizerException(
          "the vocabulary (GGUF metadata key tokenizer.ggml.tokens) has %,d tokens; 1 to %,d are accepted"
              .formatted(tokens.size(), MAX_TOKENS));
    }
    checkLength("scores", file.scoreCount(), tokens.size());
    checkLength("token_type", file.typeCount(), tokens.size());
    String[] pieces = new String[tokens.size()];
    for (int id = 0; id < pieces.length; id++) {
      String piece = WellFormed.text(tokens.get(id));
      pieces[id] = piece.isEmpty() ? "[EMPTY_" + id + "]" : piece;
    }
    return pieces;
  }

  private static void checkLength(String name, int length, int tokens) {
    if (length > 0 && length < tokens) {
      throw new TokenizerException(
          "GGUF metadata key tokenizer.ggml.%s has %,d values for %,d tokens"
              .formatted(name, length, tokens));
    }
  }

  private TokenizerDefinition byteLevel(PreTokenizer preTokenizer) {
    List<Merge> merges = new ArrayList<>(file.merges().size());
    Map<String, Integer> phantoms = new LinkedHashMap<>();
    Set<Merge> seen = new LinkedHashSet<>();
    for (String line : file.merges()) {
      int space = line.indexOf(' ', 1);
      if (space < 0) {
        continue;
      }
      Merge merge =
          new Merge(
              WellFormed.text(line.substring(0, space)),
              WellFormed.text(line.substring(space + 1)));
      if (seen.add(merge)) {
        merges.add(merge);
        reserve(merge.left(), phantoms);
        reserve(merge.right(), phantoms);
        reserve(merge.left() + merge.right(), phantoms);
      }
    }
    merges.removeIf(merge -> isControl(merge.left() + merge.right()));
    // A character without a token is dropped, but still keeps its neighbours apart.
    String nothing = placeholders.hidden(pieces.length + phantoms.size());
    phantoms.put(nothing, pieces.length + phantoms.size());
    NativeModel model =
        new NativeModel(
            names(phantoms.keySet()),
            merges,
            nothing,
            preTokenizer.escapesSpaces(),
            preTokenizer.ignoreMerges(),
            preTokenizer.escapesSpaces()
                ? Steps.escaped(preTokenizer.splits())
                : Steps.byteLevel(preTokenizer.splits()));
    boolean addsBos = file.flag("add_bos_token", preTokenizer.addsBos());
    Roles roles = roles(OptionalInt.empty(), OptionalInt.empty(), addsBos);
    String name = file.preTokenizer().orElse("default");
    return definition(
        model, phantoms, roles, "BPE, %,d tokens, pre-tokenizer %s".formatted(pieces.length, name));
  }

  private TokenizerDefinition sentencePiece() {
    if (!file.hasScores()) {
      throw new TokenizerException(
          "a SentencePiece vocabulary needs scores: GGUF metadata key tokenizer.ggml.scores is missing");
    }
    boolean spacePrefix = file.flag("add_space_prefix", true);
    SentencePieceMerges merges = new SentencePieceMerges(vocabulary, file);
    OptionalInt unknown = file.namedId("unknown");
    List<String> names = names(merges.phantoms().keySet());
    NativeModel model =
        new NativeModel(
            names,
            merges.merges(),
            unknown.isPresent() ? names.get(unknown.getAsInt()) : null,
            true,
            false,
            Steps.sentencePiece(spacePrefix));
    Roles roles = roles(inRange(1), inRange(2), file.flag("add_bos_token", true));
    return definition(
        model,
        merges.phantoms(),
        roles,
        "SentencePiece BPE, %,d tokens%s"
            .formatted(pieces.length, spacePrefix ? "" : ", no space before the text"));
  }

  private TokenizerDefinition definition(
      NativeModel model, Map<String, Integer> phantoms, Roles roles, String description) {
    List<AddedToken> added = addedTokens();
    BitSet addedIds = new BitSet();
    added.forEach(token -> addedIds.set(token.id()));
    Map<Integer, int[]> expansions = new HashMap<>();
    phantoms.forEach((piece, id) -> expansions.put(id, expansion(piece, model.byteFallback())));
    return new TokenizerDefinition(
        vocabulary,
        new MarkupFinder(MarkupFinder.Order.LONGEST_FIRST, added),
        addedIds,
        placeholders,
        NativeModelJson.write(model, placeholders.marker()),
        expansions,
        roles,
        description);
  }

  /// The strings for the native library: control tokens get names that no text can have, so that
  /// merges cannot make them.
  private List<String> names(Set<String> phantoms) {
    List<String> names = new ArrayList<>(pieces.length + phantoms.size());
    for (int id = 0; id < pieces.length; id++) {
      names.add(kinds[id].isControl() ? placeholders.hidden(id) : pieces[id]);
    }
    names.addAll(phantoms);
    return names;
  }

  private boolean isAdded(int id) {
    return kinds[id].isControl() || kinds[id] == TokenKind.USER_DEFINED;
  }

  private List<AddedToken> addedTokens() {
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < pieces.length; id++) {
      if (isAdded(id)) {
        added.add(withAttributes(AddedToken.of(id, pieces[id])));
      }
    }
    return added;
  }

  /// GGUF has no room for what a token swallows around it; llama.cpp knows it by the model's name.
  private AddedToken withAttributes(AddedToken token) {
    String name = file.modelName().toLowerCase(Locale.ROOT);
    String preTokenizer = file.preTokenizer().orElse("");
    if (preTokenizer.startsWith("jina-v2-")) {
      return token.withStripLeft(token.literal().equals("<mask>"));
    }
    if (name.contains("phi-3") || name.contains("phi3")) {
      return token.withStripRight(
          !Set.of("<unk>", "<s>", "<|endoftext|>").contains(token.literal()));
    }
    if (name.contains("modern-bert")) {
      return token.withStripLeft(token.literal().equals("[MASK]"));
    }
    return token;
  }

  private Roles roles(OptionalInt bos, OptionalInt eos, boolean addsBos) {
    OptionalInt begin = file.namedId("bos").isPresent() ? file.namedId("bos") : bos;
    OptionalInt end = file.namedId("eos").isPresent() ? file.namedId("eos") : eos;
    end.ifPresent(endsOfTurn::add);
    for (String name : List.of("eot", "eom", "fim_pad", "fim_rep", "fim_sep")) {
      file.namedId(name).ifPresent(endsOfTurn::add);
    }
    return new Roles(begin, end, addsBos && begin.isPresent(), Set.copyOf(endsOfTurn));
  }

  private OptionalInt inRange(int id) {
    return id < pieces.length ? OptionalInt.of(id) : OptionalInt.empty();
  }

  private boolean isControl(String piece) {
    OptionalInt id = vocabulary.idOf(piece);
    return id.isPresent() && kinds[id.getAsInt()].isControl();
  }

  private void reserve(String piece, Map<String, Integer> phantoms) {
    if (!vocabulary.has(piece)) {
      phantoms.putIfAbsent(piece, pieces.length + phantoms.size());
    }
  }

  /// What llama.cpp gives for a piece that is no token: the tokens of its bytes that there are.
  private int[] expansion(String piece, boolean byteTokens) {
    List<Integer> ids = new ArrayList<>();
    if (placeholders.occurIn(piece)) {
      return new int[0];
    }
    for (byte b : piece.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      String name = byteTokens ? "<0x%02X>".formatted(b & 0xFF) : String.valueOf((char) (b & 0xFF));
      if (byteTokens || b >= 0) {
        vocabulary.idOf(name).ifPresent(ids::add);
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /// The steps around the model.
  private static final class Steps {
    static NativeModel.Steps byteLevel(List<String> splits) {
      List<Object> steps = new ArrayList<>(splits.stream().map(Steps::split).toList());
      steps.add(
          Map.of(
              "type",
              "ByteLevel",
              "add_prefix_space",
              false,
              "trim_offsets",
              true,
              "use_regex",
              false));
      Map<String, Object> decoder =
          Map.of(
              "type",
              "ByteLevel",
              "add_prefix_space",
              false,
              "trim_offsets",
              true,
              "use_regex",
              false);
      return new NativeModel.Steps(null, sequence("pretokenizers", steps), decoder);
    }

    static NativeModel.Steps escaped(List<String> splits) {
      List<Object> steps = new ArrayList<>(splits.stream().map(Steps::split).toList());
      return new NativeModel.Steps(
          replace(" ", SPACE_MARK), sequence("pretokenizers", steps), unescape(false));
    }

    static NativeModel.Steps sentencePiece(boolean spacePrefix) {
      Map<String, Object> escape = replace(" ", SPACE_MARK);
      Map<String, Object> normalizer =
          spacePrefix
              ? sequence(
                  "normalizers", List.of(Map.of("type", "Prepend", "prepend", SPACE_MARK), escape))
              : escape;
      return new NativeModel.Steps(normalizer, null, unescape(spacePrefix));
    }

    private static Map<String, Object> unescape(boolean stripFirstSpace) {
      List<Object> steps =
          new ArrayList<>(
              List.of(
                  replace(SPACE_MARK, " "),
                  Map.of("type", "ByteFallback"),
                  Map.of("type", "Fuse")));
      if (stripFirstSpace) {
        steps.add(Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0));
      }
      return sequence("decoders", steps);
    }

    private static Map<String, Object> replace(String text, String replacement) {
      return Map.of("type", "Replace", "pattern", Map.of("String", text), "content", replacement);
    }

    private static Map<String, Object> split(String regex) {
      return Map.of(
          "type",
          "Split",
          "pattern",
          Map.of("Regex", regex),
          "behavior",
          "Isolated",
          "invert",
          false);
    }

    private static Map<String, Object> sequence(String key, List<Object> steps) {
      return Map.of("type", "Sequence", key, steps);
    }
  }
}
