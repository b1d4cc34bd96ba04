package org.demur.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.text.template.ChatTemplate;
import org.demur.text.template.RenderOptions;
import org.demur.text.template.TemplateException;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.MarkupRule;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/// Turns conversations into token ids and finds where the user's text ends.
///
/// The position is found with a sentinel: the same conversation is rendered with a rare character
/// in place of the last user message, and what follows it is what the template puts after the
/// user's text. Control tokens in messages are disabled unless asked for, so that a message cannot
/// forge a turn; the tokens are those of the rendered text otherwise.
///
/// **Source**: post-instruction tokens as in refusal_direction (Arditi et al. 2024).
public final class ChatEncoder {
  private static final String SENTINEL = "\u241E";

  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final Map<String, ? extends @Nullable Object> defaults;
  private final ControlLiterals literals;

  /// An encoder for one model.
  ///
  /// @param tokenizer its tokenizer, which stays the caller's
  /// @param template its chat template
  /// @param defaults variables that the template expects, such as `bos_token` and `eos_token`
  public ChatEncoder(
      Tokenizer tokenizer,
      ChatTemplate template,
      Map<String, ? extends @Nullable Object> defaults) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.defaults = new LinkedHashMap<>(defaults);
    this.literals = new ControlLiterals(tokenizer);
  }

  /// Encodes a text without a template, with the beginning-of-text token if the model wants one and
  /// control tokens disabled.
  public static int[] encodePlain(Tokenizer tokenizer, String text, ControlTokens mode) {
    int[] ids = tokenizer.encode(text, mode);
    if (!tokenizer.addsBos() || tokenizer.bosId().isEmpty()) {
      return ids;
    }
    int[] withBos = new int[ids.length + 1];
    withBos[0] = tokenizer.bosId().getAsInt();
    System.arraycopy(ids, 0, withBos, 1, ids.length);
    return withBos;
  }

  /// Encodes a conversation.
  ///
  /// @throws TemplateException when the template fails, or refuses the conversation
  /// @throws TextException with [ErrorCode#TEMPLATE] when there is no user message, or the template
  ///   does not show it
  public EncodedPrompt encode(List<Message> messages, ChatOptions options) {
    int user = lastUser(messages);
    ControlLiterals.Cleaned rendered = render(messages, options);
    int[] ids =
        tokenizer.encode(
            rendered.text(),
            (MarkupRule)
                (id, start, end) -> !tokenizer.isControl(id) || !rendered.marks(start, end));
    String suffix = suffix(messages, user, options);
    return located(rendered.text(), ids, suffix);
  }

  /// What the template puts after the text of a single user message.
  ///
  /// @throws TextException with [ErrorCode#TEMPLATE] when the template does not show the message
  public PostInstruction postInstruction(ChatOptions options) {
    String suffix =
        sentinelSuffix(List.of(Message.user(SENTINEL)), options)
            .orElseThrow(ChatEncoder::hidesTheUser);
    int[] ids = tokenizer.encode(suffix, ControlTokens.PARSED);
    return new PostInstruction(
        suffix,
        Arrays.stream(ids).boxed().toList(),
        Arrays.stream(ids).mapToObj(tokenizer::piece).toList());
  }

  private static int lastUser(List<Message> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role().equals("user")) {
        return i;
      }
    }
    throw new TextException(ErrorCode.TEMPLATE, "the conversation has no message of the user");
  }

  private ControlLiterals.Cleaned render(List<Message> messages, ChatOptions options) {
    Map<String, @Nullable Object> variables = variables(messages, options);
    if (options.allowControlTokensInText()) {
      return new ControlLiterals.Cleaned(
          renderTemplate(variables, options), new java.util.TreeSet<>());
    }
    List<String> texts = new ArrayList<>(List.of(template.source()));
    collect(variables, texts);
    char marker = ControlLiterals.marker(texts);
    for (String key : List.of("messages", "tools")) {
      variables.put(key, literals.marked(variables.get(key), marker));
    }
    return ControlLiterals.clean(renderTemplate(variables, options), marker);
  }

  private Map<String, @Nullable Object> variables(List<Message> messages, ChatOptions options) {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>(defaults);
    variables.put("messages", messages.stream().map(Message::fields).toList());
    variables.put("tools", options.tools().isEmpty() ? null : options.tools());
    variables.put("documents", null);
    variables.put("add_generation_prompt", options.addGenerationPrompt());
    variables.putAll(options.variables());
    return variables;
  }

  private String renderTemplate(
      Map<String, ? extends @Nullable Object> variables, ChatOptions options) {
    return template.render(variables, RenderOptions.at(options.now()));
  }

  private static void collect(@Nullable Object value, List<String> texts) {
    switch (value) {
      case String text -> texts.add(text);
      case Map<?, ?> map ->
          map.forEach(
              (key, item) -> {
                texts.add(String.valueOf(key));
                collect(item, texts);
              });
      case List<?> list -> list.forEach(item -> collect(item, texts));
      case null, default -> {}
    }
  }

  /// What the template puts after the last user message of this conversation; where it refuses the
  /// sentinel there, what it puts after a single message.
  private String suffix(List<Message> messages, int user, ChatOptions options) {
    List<Message> withSentinel = new ArrayList<>(messages);
    withSentinel.set(user, messages.get(user).withContent(SENTINEL));
    return sentinelSuffix(withSentinel, options)
        .or(() -> sentinelSuffix(List.of(Message.user(SENTINEL)), options))
        .orElseThrow(ChatEncoder::hidesTheUser);
  }

  private Optional<String> sentinelSuffix(List<Message> messages, ChatOptions options) {
    String rendered;
    try {
      rendered = renderTemplate(variables(messages, options), options);
    } catch (TemplateException e) {
      return Optional.empty();
    }
    int found = rendered.lastIndexOf(SENTINEL);
    return found < 0
        ? Optional.empty()
        : Optional.of(rendered.substring(found + SENTINEL.length()));
  }

  private static TextException hidesTheUser() {
    return new TextException(
        ErrorCode.TEMPLATE,
        "the chat template does not show the text of the user message, so its end cannot be found");
  }

  /// Finds the tokens of the suffix at the end of the ids.
  private EncodedPrompt located(String text, int[] ids, String suffix) {
    int[] own = tokenizer.encode(suffix, ControlTokens.PARSED);
    int start = ids.length - own.length;
    if (start > 0 && Arrays.equals(ids, start, ids.length, own, 0, own.length)) {
      return new EncodedPrompt(text, ids, start - 1, true);
    }
    return aligned(text, ids, suffix);
  }

  /// Counts tokens from the end until they hold the whole suffix, where its tokens in context are
  /// not those on its own: a space in front, or a token that spans the boundary.
  private EncodedPrompt aligned(String text, int[] ids, String suffix) {
    for (int count = 0; count < ids.length; count++) {
      String tail =
          tokenizer.decode(Arrays.copyOfRange(ids, ids.length - count, ids.length), false);
      if (sameText(tail, suffix)) {
        return new EncodedPrompt(text, ids, ids.length - 1 - count, true);
      }
      if (tail.strip().length() > suffix.strip().length()) {
        return new EncodedPrompt(text, ids, ids.length - count, false);
      }
    }
    throw hidesTheUser();
  }

  /// SentencePiece decoders drop or add the space in front of a text.
  private static boolean sameText(String tail, String suffix) {
    return tail.equals(suffix)
        || (tail.stripLeading().equals(suffix.stripLeading()) && !suffix.isBlank());
  }

  /// Variables that every rendering gets.
  public Map<String, ? extends @Nullable Object> defaults() {
    return Collections.unmodifiableMap(defaults);
  }
}
