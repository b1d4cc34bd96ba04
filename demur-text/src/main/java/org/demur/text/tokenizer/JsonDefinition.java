package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.demur.text.tokenizer.TokenizerDefinition.Roles;
import org.demur.text.tokenizer.TokenizerSteps.Part;
import org.jspecify.annotations.Nullable;

/// Makes the definition of a tokenizer from the parts of a tokenizer.json.
///
/// One deviation from the library: an added token is found by its literal as it stands in the text,
/// also where the file asks to compare normalized text. The library's way makes the literal of such
/// a token match only after a space, for vocabularies that put one before a text.
final class JsonDefinition {
  private static final int MAX_GAPS = 65_536;
  private static final int MAX_WORD_CHARS = 1_000;

  /// Fields of a model that the library may be given; what is not here, it does without.
  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          "BPE",
          List.of(
              "fuse_unk",
              "byte_fallback",
              "ignore_merges",
              "continuing_subword_prefix",
              "end_of_word_suffix"),
          "Unigram",
          List.of("unk_id", "byte_fallback"),
          "WordPiece",
          List.of("continuing_subword_prefix", "max_input_chars_per_word"),
          "WordLevel",
          List.of());

  private final TokenizerModel model;
  private final List<Map<String, Object>> addedTokens;
  private final Map<Part, Map<String, Object>> parts;
  private final PostProcessor postProcessor;
  private final Placeholders placeholders = new Placeholders();
  private final List<AddedToken> added = new ArrayList<>();
  private final BitSet addedIds = new BitSet();
  private final BitSet specialIds = new BitSet();
  private final Set<Integer> endsOfTurn = new TreeSet<>();
  private final String[] pieces;
  private final TokenKind[] kinds;
  private final int modelSize;

  JsonDefinition(
      TokenizerModel model,
      List<Map<String, Object>> addedTokens,
      Map<Part, Map<String, Object>> parts,
      @Nullable Object postProcessor) {
    this.model = model;
    this.addedTokens = addedTokens;
    this.parts = parts;
    this.postProcessor = PostProcessor.of(postProcessor);
    checkType();
    this.modelSize = model.ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    readAdded();
    int size = Math.max(modelSize, addedIds.length());
    this.pieces = new String[size];
    this.kinds = new TokenKind[size];
    fill();
  }

  TokenizerDefinition build(SpecialTokens special) {
    TokenizerSteps steps = new TokenizerSteps();
    for (Part part : Part.values()) {
      steps.check(part, parts.get(part));
    }
    Vocabulary vocabulary = new Vocabulary(pieces, kinds);
    NativeModel nativeModel =
        new NativeModel(
            options(vocabulary),
            names(),
            model.scored ? model.scores : null,
            merges(vocabulary),
            new NativeModel.Steps(
                parts.get(Part.NORMALIZER),
                parts.get(Part.PRE_TOKENIZER),
                parts.get(Part.DECODER)));
    return new TokenizerDefinition(
        vocabulary,
        new MarkupFinder(MarkupFinder.Order.LEFTMOST, added),
        addedIds,
        placeholders,
        NativeModelJson.write(nativeModel, placeholders.marker()),
        Map.of(),
        roles(special, vocabulary),
        TokenizerDefinition.textLimit(steps.regexSteps(), steps.growth()),
        String.format(Locale.ROOT, "%s, %,d tokens, tokenizer.json", model.type(), pieces.length));
  }

  private void checkType() {
    if (!OPTIONS.containsKey(model.type())) {
      throw new TokenizerException(
          "tokenizer.json: model type \"%s\" is not known; known are %s"
              .formatted(model.type(), String.join(", ", new TreeSet<>(OPTIONS.keySet()))));
    }
    if (model.scored != model.type().equals("Unigram")) {
      throw new TokenizerException(
          "tokenizer.json: model.vocab of type %s must be %s"
              .formatted(
                  model.type(),
                  model.scored ? "an object of tokens and ids" : "a list of tokens and scores"));
    }
    if (model.ids.isEmpty()) {
      throw new TokenizerException("tokenizer.json: model.vocab has no tokens");
    }
  }

  private void readAdded() {
    for (Map<String, Object> entry : addedTokens) {
      String literal = WellFormed.text((String) entry.getOrDefault("content", ""));
      long given = (Long) entry.getOrDefault("id", -1L);
      if (given < 0 || given >= TokenizerModelJson.MAX_TOKENS) {
        throw new TokenizerException(
            "tokenizer.json: added_tokens has the id %d; ids from 0 to %d are accepted"
                .formatted(given, TokenizerModelJson.MAX_TOKENS - 1));
      }
      int id = model.ids.getOrDefault(literal, (int) given);
      if (literal.isEmpty() || addedIds.get(id)) {
        continue;
      }
      added.add(
          new AddedToken(
              id,
              literal,
              Boolean.TRUE.equals(entry.get("lstrip")),
              Boolean.TRUE.equals(entry.get("rstrip")),
              Boolean.TRUE.equals(entry.get("single_word"))));
      addedIds.set(id);
      specialIds.set(id, Boolean.TRUE.equals(entry.get("special")));
    }
  }

  private void fill() {
    model.ids.forEach((piece, id) -> place(id, piece));
    for (AddedToken token : added) {
      if (!token.literal().equals(pieces[token.id()])) {
        place(token.id(), token.literal());
      }
    }
    int gaps = 0;
    for (int id = 0; id < pieces.length; id++) {
      kinds[id] = TokenKind.NORMAL;
      if (pieces[id] == null || pieces[id].isEmpty()) {
        pieces[id] = "[EMPTY_" + id + "]";
        gaps++;
      } else if (addedIds.get(id)) {
        kinds[id] = specialIds.get(id) ? TokenKind.CONTROL : TokenKind.USER_DEFINED;
      }
    }
    if (gaps > MAX_GAPS) {
      throw new TokenizerException(
          "tokenizer.json: %d ids up to %d have no token; at most %d gaps are accepted"
              .formatted(gaps, pieces.length - 1, MAX_GAPS));
    }
    TokenKind[] corrected = kinds.clone();
    for (int id : ControlNames.correct(pieces, corrected)) {
      if (addedIds.get(id)) {
        endsOfTurn.add(id);
      }
    }
    addedIds.stream().forEach(id -> kinds[id] = corrected[id]);
  }

  private void place(int id, String piece) {
    if (pieces[id] != null) {
      throw new TokenizerException("tokenizer.json: two tokens have the id %d".formatted(id));
    }
    pieces[id] = piece;
  }

  private Map<String, Object> options(Vocabulary vocabulary) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("type", model.type());
    for (String name : OPTIONS.getOrDefault(model.type(), List.of())) {
      Object value = model.options.get(name);
      if (value != null) {
        options.put(name, value);
      }
    }
    if (model.type().equals("Unigram")) {
      if (!(options.get("unk_id") instanceof Long id) || id < 0 || id >= modelSize) {
        throw new TokenizerException(
            "tokenizer.json: model.unk_id must be an id from 0 to %d".formatted(modelSize - 1));
      }
      return options;
    }
    if (model.type().equals("WordPiece")) {
      options.putIfAbsent("continuing_subword_prefix", "##");
      Object chars = options.getOrDefault("max_input_chars_per_word", 100L);
      options.put("max_input_chars_per_word", Math.clamp((Long) chars, 1, MAX_WORD_CHARS));
    }
    unknown(vocabulary).ifPresent(name -> options.put("unk_token", name));
    return options;
  }

  private Optional<String> unknown(Vocabulary vocabulary) {
    String unknown = model.text("unk_token");
    OptionalInt id = unknown == null ? OptionalInt.empty() : vocabulary.idOf(unknown);
    if (id.isPresent() && id.getAsInt() < modelSize) {
      return Optional.of(name(id.getAsInt()));
    }
    if (model.type().startsWith("Word")) {
      throw new TokenizerException(
          "tokenizer.json: model.unk_token must be a token of model.vocab");
    }
    return Optional.empty();
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(modelSize);
    for (int id = 0; id < modelSize; id++) {
      names.add(name(id));
    }
    return names;
  }

  private String name(int id) {
    boolean missing = !model.ids.containsKey(pieces[id]);
    return missing || kinds[id].isControl() ? placeholders.hidden(id) : pieces[id];
  }

  private List<Merge> merges(Vocabulary vocabulary) {
    String prefix = model.text("continuing_subword_prefix");
    String inner = prefix == null ? "" : prefix;
    List<Merge> merges = new ArrayList<>(model.merges.size());
    for (int rank = 0; rank < model.merges.size(); rank++) {
      Merge merge = model.merges.get(rank);
      if (!merge.right().startsWith(inner)) {
        throw new TokenizerException(
            "tokenizer.json: merge %d joins a part that does not start with \"%s\""
                .formatted(rank, inner));
      }
      String joined = merge.left() + merge.right().substring(inner.length());
      boolean control = false;
      for (String part : List.of(merge.left(), merge.right(), joined)) {
        Integer id = model.ids.get(part);
        if (id == null) {
          throw new TokenizerException(
              "tokenizer.json: merge %d needs a token that model.vocab does not have"
                  .formatted(rank));
        }
        control |= vocabulary.isControl(id);
      }
      if (!control) {
        merges.add(merge);
      }
    }
    return merges;
  }

  private Roles roles(SpecialTokens special, Vocabulary vocabulary) {
    OptionalInt bos = id(special.bos().or(postProcessor::first), vocabulary);
    OptionalInt eos = id(special.eos().or(postProcessor::last), vocabulary);
    if (eos.isEmpty()) {
      eos =
          Arrays.stream(new String[] {"</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>"})
              .map(vocabulary::idOf)
              .filter(OptionalInt::isPresent)
              .findFirst()
              .orElse(OptionalInt.empty());
    }
    eos.ifPresent(endsOfTurn::add);
    special.endIds().stream().filter(id -> id < pieces.length).forEach(endsOfTurn::add);
    boolean addsBos = special.addsBos().orElse(postProcessor.first().isPresent());
    return new Roles(bos, eos, addsBos && bos.isPresent(), Set.copyOf(endsOfTurn));
  }

  private static OptionalInt id(Optional<String> piece, Vocabulary vocabulary) {
    return piece.map(vocabulary::idOf).orElse(OptionalInt.empty());
  }
}
