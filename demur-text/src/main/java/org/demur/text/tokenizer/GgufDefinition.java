package org.demur.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.demur.text.tokenizer.TokenizerDefinition.Roles;

/// Makes the definition of a tokenizer from the vocabulary of a GGUF file, so that it gives the ids
/// that llama.cpp gives.
final class GgufDefinition {
  private static final int MAX_TOKENS = 4_000_000;

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
    this.endsOfTurn = new TreeSet<>(ControlNames.correct(pieces, kinds));
    this.vocabulary = new Vocabulary(pieces, kinds);
  }

  static TokenizerDefinition of(GgufVocabulary file) {
    return switch (file.model()) {
      case "gpt2" ->
          new GgufDefinition(file).bpe(PreTokenizers.named(file.preTokenizer().orElse("")));
      case "gemma4" -> new GgufDefinition(file).bpe(PreTokenizers.named("gemma4"));
      case "llama" -> new GgufDefinition(file).sentencePiece();
      default ->
          throw new TokenizerException(
              ("tokenizer model \"%s\" (GGUF metadata key tokenizer.ggml.model) is not supported;"
                      + " supported are gpt2 and gemma4 (BPE) and llama (SentencePiece BPE)")
                  .formatted(file.model()));
    };
  }

  private static String[] pieces(GgufVocabulary file) {
    List<String> tokens = file.tokens();
    if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
      throw new TokenizerException(
          "the vocabulary (GGUF metadata key tokenizer.ggml.tokens) has %d tokens; 1 to %d are accepted"
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
          "GGUF metadata key tokenizer.ggml.%s has %d values for %d tokens"
              .formatted(name, length, tokens));
    }
  }

  private TokenizerDefinition bpe(PreTokenizer preTokenizer) {
    Map<String, Integer> phantoms = new LinkedHashMap<>();
    List<Merge> merges = merges(phantoms);
    // A character without a token is dropped, but still keeps its neighbours apart.
    String nothing = placeholders.hidden(pieces.length + phantoms.size());
    phantoms.put(nothing, pieces.length + phantoms.size());
    String name = file.preTokenizer().orElse("default");
    long regexSteps = 0;
    for (String regex : preTokenizer.splits()) {
      regexSteps += RegexGuard.check(regex, "pre-tokenizer " + name);
    }
    boolean escaped = preTokenizer.escapesSpaces();
    Map<Integer, int[]> expansions = new HashMap<>();
    phantoms.forEach((piece, id) -> expansions.put(id, expansion(piece, escaped)));
    NativeModel model =
        new NativeModel(
            NativeModel.bpe(nothing, escaped, preTokenizer.ignoreMerges()),
            names(phantoms.keySet()),
            null,
            merges,
            GgufSteps.bpe(preTokenizer));
    boolean addsBos = file.flag("add_bos_token", preTokenizer.addsBos());
    return definition(
        model,
        expansions,
        roles(OptionalInt.empty(), OptionalInt.empty(), addsBos),
        TokenizerDefinition.textLimit(regexSteps, 1),
        String.format(Locale.ROOT, "BPE, %,d tokens, pre-tokenizer %s", pieces.length, name));
  }

  /// The merges of the file without doubles; what they make or need but no token stands for becomes
  /// a phantom.
  private List<Merge> merges(Map<String, Integer> phantoms) {
    List<Merge> merges = new ArrayList<>(file.merges().size());
    Set<Merge> seen = HashSet.newHashSet(file.merges().size());
    for (String line : file.merges()) {
      int space = line.indexOf(' ', 1);
      if (space < 0) {
        continue;
      }
      Merge merge =
          new Merge(
              WellFormed.text(line.substring(0, space)),
              WellFormed.text(line.substring(space + 1)));
      String joined = merge.left() + merge.right();
      if (seen.add(merge) && !isControl(joined)) {
        merges.add(merge);
        reserve(merge.left(), phantoms);
        reserve(merge.right(), phantoms);
        reserve(joined, phantoms);
      }
    }
    merges.removeIf(merge -> isControl(merge.left()) || isControl(merge.right()));
    return merges;
  }

  private TokenizerDefinition sentencePiece() {
    if (!file.hasScores()) {
      throw new TokenizerException(
          "a SentencePiece vocabulary needs scores: GGUF metadata key tokenizer.ggml.scores is missing");
    }
    boolean spacePrefix = file.flag("add_space_prefix", true);
    SentencePieceMerges merges = new SentencePieceMerges(vocabulary, file);
    Map<Integer, int[]> expansions = new HashMap<>();
    merges.phantoms().forEach((piece, id) -> expansions.put(id, expansion(piece, true)));
    OptionalInt unknown = file.namedId("unknown");
    List<String> names = names(merges.phantoms().keySet());
    NativeModel model =
        new NativeModel(
            NativeModel.bpe(
                unknown.isPresent() ? names.get(unknown.getAsInt()) : null, true, false),
            names,
            null,
            merges.merges(),
            GgufSteps.sentencePiece(spacePrefix));
    return definition(
        model,
        expansions,
        roles(inRange(1), inRange(2), file.flag("add_bos_token", true)),
        TokenizerDefinition.textLimit(0, 1),
        String.format(
            Locale.ROOT,
            "SentencePiece BPE, %,d tokens%s",
            pieces.length,
            spacePrefix ? "" : ", no space before the text"));
  }

  private TokenizerDefinition definition(
      NativeModel model,
      Map<Integer, int[]> expansions,
      Roles roles,
      int maxTextChars,
      String description) {
    List<AddedToken> added = new ArrayList<>();
    BitSet addedIds = new BitSet();
    for (int id = 0; id < pieces.length; id++) {
      if (kinds[id].isControl() || kinds[id] == TokenKind.USER_DEFINED) {
        added.add(withAttributes(AddedToken.of(id, pieces[id])));
        addedIds.set(id);
      }
    }
    return new TokenizerDefinition(
        vocabulary,
        new MarkupFinder(MarkupFinder.Order.LONGEST_FIRST, added),
        addedIds,
        placeholders,
        NativeModelJson.write(model, placeholders.marker()),
        expansions,
        roles,
        maxTextChars,
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
    for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
      String name = byteTokens ? "<0x%02X>".formatted(b & 0xFF) : String.valueOf((char) (b & 0xFF));
      if (byteTokens || b >= 0) {
        vocabulary.idOf(name).ifPresent(ids::add);
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
