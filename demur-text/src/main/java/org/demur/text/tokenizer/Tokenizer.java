package org.demur.text.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// Turns text into token ids and back.
///
/// Encoding never adds tokens of its own: whether a prompt starts with [#bosId()] is for the caller
/// to decide by [#addsBos()]. Which literals of control tokens become tokens is decided per call,
/// by [ControlTokens] or a [MarkupRule]; merging ordinary text never makes a control token.
///
/// **Ownership.** Holds native memory until closed. Calls may come from many threads at once.
///
/// **Errors.** [TokenizerException] for ids outside the vocabulary and for malformed tokenizers;
/// `IllegalStateException` after closing.
public final class Tokenizer implements AutoCloseable {
  private final TokenizerDefinition definition;
  private final NativeTokenizer nativeTokenizer;
  private final int markerId;

  private Tokenizer(TokenizerDefinition definition) {
    this.definition = definition;
    this.nativeTokenizer = NativeTokenizer.load(definition.nativeJson());
    int[] marker = nativeTokenizer.encode(definition.placeholders().marker());
    if (marker.length != 1) {
      nativeTokenizer.close();
      throw new TokenizerException("the native library does not know its added token");
    }
    this.markerId = marker[0];
  }

  /// Loads a `tokenizer.json`.
  ///
  /// @throws TokenizerException when it is malformed or uses a component that is not known
  public static Tokenizer ofTokenizerJson(Path tokenizerJson) {
    return ofTokenizerJson(tokenizerJson, SpecialTokens.UNKNOWN);
  }

  /// Loads a `tokenizer.json` about whose tokens other files say more.
  ///
  /// @throws TokenizerException when it is malformed or uses a component that is not known
  public static Tokenizer ofTokenizerJson(Path tokenizerJson, SpecialTokens special) {
    try {
      return new Tokenizer(TokenizerJson.read(tokenizerJson, special));
    } catch (TokenizerException e) {
      // Inside, the file goes by its usual name; the user needs to know which one it was.
      String message = String.valueOf(e.getMessage());
      String usual = "tokenizer.json: ";
      String what = message.startsWith(usual) ? message.substring(usual.length()) : message;
      throw new TokenizerException(tokenizerJson + ": " + what, e);
    }
  }

  /// Loads the tokenizer of a Hugging Face folder: its `tokenizer.json`, with what
  /// `tokenizer_config.json`, `special_tokens_map.json` and `generation_config.json` say about its
  /// tokens, as far as they are there.
  ///
  /// @throws TokenizerException when it is malformed or uses a component that is not known
  public static Tokenizer ofFolder(Path folder) {
    return ofTokenizerJson(folder.resolve("tokenizer.json"), SpecialTokensJson.read(folder));
  }

  /// Makes the tokenizer that llama.cpp would make of a GGUF file's vocabulary.
  ///
  /// @throws TokenizerException when the vocabulary is malformed or of a kind that is not supported
  public static Tokenizer ofGguf(GgufVocabulary vocabulary) {
    return new Tokenizer(GgufDefinition.of(vocabulary));
  }

  /// The ids of a text.
  public int[] encode(String text, ControlTokens mode) {
    Vocabulary vocabulary = definition.vocabulary();
    return switch (mode) {
      case PARSED -> encode(text, (_, _, _) -> true);
      case PLAIN -> encode(text, (id, _, _) -> !vocabulary.isControl(id));
    };
  }

  /// The ids of a text in which the rule decides for each literal of an added token.
  public int[] encode(String text, MarkupRule rule) {
    if (text.isEmpty()) {
      return new int[0];
    }
    String wellFormed = checked(text);
    List<Markup> markup = definition.markup().find(wellFormed, rule);
    return fromNative(nativeTokenizer.encode(prepared(wellFormed, markup)), markup);
  }

  /// The tokens of a text with their places in it, in which the rule decides as in [#encode].
  ///
  /// A place is where the token's text stands, from `start` to `end` in chars; several tokens that
  /// are the bytes of one character have the same place.
  public List<TokenSpan> spans(String text, MarkupRule rule) {
    if (text.isEmpty()) {
      return List.of();
    }
    String wellFormed = checked(text);
    List<Markup> markup = definition.markup().find(wellFormed, rule);
    String prepared = prepared(wellFormed, markup);
    int[] nativeIds = nativeTokenizer.encode(prepared);
    int[][] places = nativeTokenizer.offsets(prepared);
    PlaceMap map = new PlaceMap(prepared, markup, definition.placeholders().marker().length());
    List<TokenSpan> spans = new ArrayList<>(nativeIds.length);
    int next = 0;
    for (int i = 0; i < nativeIds.length; i++) {
      int start = map.original(places[i][0]);
      int end = map.original(places[i][1]);
      int[] expansion = definition.expansions().get(nativeIds[i]);
      if (expansion == null) {
        expansion = new int[] {nativeIds[i] == markerId ? markup.get(next++).id() : nativeIds[i]};
      }
      for (int id : expansion) {
        spans.add(new TokenSpan(id, start, end));
      }
    }
    return spans;
  }

  /// The text of ids, control tokens left out or written as their literals. Bytes that are no UTF-8
  /// become U+FFFD.
  public String decode(int[] ids, boolean skipControl) {
    Vocabulary vocabulary = definition.vocabulary();
    List<String> literals = new ArrayList<>();
    long[] nativeIds = new long[ids.length];
    int count = 0;
    for (int id : ids) {
      if (definition.added().get(vocabulary.checked(id))) {
        if (skipControl && vocabulary.isControl(id)) {
          continue;
        }
        literals.add(vocabulary.piece(id));
        nativeIds[count++] = markerId;
      } else {
        nativeIds[count++] = id;
      }
    }
    return restore(nativeTokenizer.decode(Arrays.copyOf(nativeIds, count)), literals);
  }

  /// The string of a token as the vocabulary has it, such as `Ġthe` or `▁the`.
  public String piece(int id) {
    return definition.vocabulary().piece(id);
  }

  /// The id of a vocabulary string.
  public OptionalInt idOf(String piece) {
    return definition.vocabulary().idOf(piece);
  }

  /// The number of ids; all ids are below it.
  public int vocabularySize() {
    return definition.vocabulary().size();
  }

  /// Whether a token is markup that only [ControlTokens#PARSED] text can hold.
  public boolean isControl(int id) {
    return definition.vocabulary().isControl(id);
  }

  /// The added tokens that would be found in a text by their literals, from left to right.
  public List<TokenSpan> literals(String text, MarkupRule rule) {
    return definition.markup().find(checked(text), rule).stream()
        .map(found -> new TokenSpan(found.id(), found.start(), found.end()))
        .toList();
  }

  /// Whether a token is found by its literal, which is its [piece][#piece], before any merging.
  public boolean isAdded(int id) {
    return definition.added().get(definition.vocabulary().checked(id));
  }

  /// All tokens that are found by their literals, rising.
  public int[] addedIds() {
    return definition.added().stream().toArray();
  }

  /// The token that begins a text.
  public OptionalInt bosId() {
    return definition.roles().bos();
  }

  /// The token that ends a text.
  public OptionalInt eosId() {
    return definition.roles().eos();
  }

  /// Whether a plain prompt starts with [#bosId()].
  public boolean addsBos() {
    return definition.roles().addsBos();
  }

  /// All tokens after which a model has nothing more to say: end of text, of turn, of message.
  public Set<Integer> endOfTurnIds() {
    return definition.roles().endsOfTurn();
  }

  /// One line about the tokenizer, such as `BPE, 49,152 tokens, pre-tokenizer smollm`.
  public String description() {
    return definition.description();
  }

  /// A decoder that gives text while tokens come.
  public StreamingDecoder streamingDecoder() {
    return new StreamingDecoder(this);
  }

  @Override
  public void close() {
    nativeTokenizer.close();
  }

  private String checked(String text) {
    if (text.length() > definition.maxTextChars()) {
      throw new TokenizerException(
          "the text has %d characters; at most %d can be tokenized at once"
              .formatted(text.length(), definition.maxTextChars()));
    }
    if (definition.placeholders().occurIn(text)) {
      throw new TokenizerException("the text holds a name that is internal to the tokenizer");
    }
    return WellFormed.text(text);
  }

  /// The text with the marker in place of the added tokens.
  private String prepared(String text, List<Markup> markup) {
    if (markup.isEmpty()) {
      return text;
    }
    String marker = definition.placeholders().marker();
    StringBuilder result = new StringBuilder(text.length() + markup.size() * marker.length());
    int done = 0;
    for (Markup found : markup) {
      result.append(text, done, found.start()).append(marker);
      done = found.end();
    }
    return result.append(text, done, text.length()).toString();
  }

  /// Native ids with each marker replaced by the added token that it stands for.
  private int[] fromNative(int[] nativeIds, List<Markup> markup) {
    int[] ids = new int[nativeIds.length];
    int count = 0;
    int next = 0;
    for (int nativeId : nativeIds) {
      int[] expansion = definition.expansions().get(nativeId);
      if (expansion == null) {
        expansion = new int[] {nativeId == markerId ? markup.get(next++).id() : nativeId};
      }
      if (count + expansion.length > ids.length) {
        ids = Arrays.copyOf(ids, 2 * ids.length + expansion.length);
      }
      System.arraycopy(expansion, 0, ids, count, expansion.length);
      count += expansion.length;
    }
    return Arrays.copyOf(ids, count);
  }

  /// A decoded text with each marker replaced by its literal.
  private String restore(String text, List<String> literals) {
    String marker = definition.placeholders().marker();
    StringBuilder result = new StringBuilder(text.length());
    int done = 0;
    for (String literal : literals) {
      int at = text.indexOf(marker, done);
      if (at < 0) {
        break;
      }
      result.append(text, done, at).append(literal);
      done = at + marker.length();
    }
    return result.append(text, done, text.length()).toString();
  }
}
