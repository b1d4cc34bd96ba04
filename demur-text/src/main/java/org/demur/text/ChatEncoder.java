package org.demur.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.demur.text.template.ChatTemplate;
import org.demur.text.template.TemplateException;
import org.demur.text.tokenizer.MarkupRule;
import org.demur.text.tokenizer.TokenSpan;
import org.demur.text.tokenizer.Tokenizer;

/// Turns conversations into tokens and finds the positions in them that papers on refusal speak of:
/// t_inst, the last token of the user's text, and the post-instruction tokens after it.
///
/// The template writes the begin-of-sequence token if it wants one; none is added. What people,
/// tools and models say cannot become a control token unless
/// [allowed][ChatOptions#allowControlTokensInText].
///
/// **Ownership.** Uses the tokenizer, and does not close it. May be used by many threads.
///
/// **Errors.** [TemplateException] when the template fails or protests; [TextException] when it
/// ignores the user's text.
public final class ChatEncoder {
  private static final List<List<Message>> PROBES =
      List.of(
          List.of(Message.user("Hello")),
          List.of(Message.system("Be brief."), Message.user("Hello")),
          List.of(
              new Message(
                  Map.of(
                      "role",
                      "user",
                      "content",
                      List.of(Map.of("type", "text", "text", "Hello"))))));

  /// For templates that are only for conversations with tools.
  private static final List<Object> PROBE_TOOLS =
      List.of(
          Map.of(
              "type",
              "function",
              "function",
              Map.of(
                  "name",
                  "now",
                  "description",
                  "The time",
                  "parameters",
                  Map.of("type", "object", "properties", Map.of()))));

  private final Tokenizer tokenizer;
  private final ChatRenderer renderer;
  private final UserTextEnd userTextEnd;

  /// Makes an encoder.
  ///
  /// @param specialTokens what the template knows as `bos_token`, `eos_token` and so on
  public ChatEncoder(
      Tokenizer tokenizer, ChatTemplate template, Map<String, String> specialTokens) {
    this.tokenizer = tokenizer;
    this.renderer = new ChatRenderer(tokenizer, template, specialTokens);
    this.userTextEnd = new UserTextEnd(renderer);
  }

  /// The text of a conversation as the template writes it.
  public String render(List<Message> messages, ChatOptions options) {
    return renderer.plain(messages, options);
  }

  /// The tokens of a conversation.
  public EncodedPrompt encode(List<Message> messages, ChatOptions options) {
    RenderedChat chat = renderer.guarded(messages, options);
    int[] ids = tokenizer.encode(chat.text(), chat.rule());
    List<String> notes = new ArrayList<>(chat.notes());
    Optional<UserTextEnd.Place> place = userTextEnd.find(messages, options, chat.text());
    OptionalInt tInst =
        place.map(found -> tInst(chat, ids, found, notes)).orElse(OptionalInt.empty());
    int nPost = tInst.isPresent() ? ids.length - 1 - tInst.getAsInt() : 0;
    return new EncodedPrompt(
        ids, chat.text(), new PromptPositions(ids.length, tInst, nPost), notes);
  }

  /// The post-instruction tokens of the template, with a conversation of one user message or, where
  /// a template protests against that, with the smallest that it accepts.
  ///
  /// @throws TextException when the template ignores the user's text in all of them
  /// @throws TemplateException when the template protests against all of them
  public PostInstruction postInstruction(ChatOptions options) {
    List<ChatOptions> attempts =
        options.tools().isEmpty()
            ? List.of(options, options.withTools(PROBE_TOOLS))
            : List.of(options);
    RuntimeException first = null;
    for (ChatOptions attempt : attempts) {
      for (List<Message> probe : PROBES) {
        try {
          return postInstruction(probe, attempt);
        } catch (TemplateException | TextException e) {
          first = first == null ? e : first;
        }
      }
    }
    throw Objects.requireNonNull(first, "there are probes");
  }

  private PostInstruction postInstruction(List<Message> probe, ChatOptions options) {
    EncodedPrompt prompt = encode(probe, options);
    int[] ids = prompt.ids();
    List<Integer> after = new ArrayList<>();
    List<String> pieces = new ArrayList<>();
    for (int i = ids.length - prompt.positions().nPost(); i < ids.length; i++) {
      after.add(ids[i]);
      pieces.add(tokenizer.piece(ids[i]));
    }
    String suffix =
        userTextEnd.find(probe, options, prompt.text()).map(UserTextEnd.Place::suffix).orElse("");
    return new PostInstruction(after, pieces, suffix);
  }

  private OptionalInt tInst(
      RenderedChat chat, int[] ids, UserTextEnd.Place place, List<String> notes) {
    if (place.end() < 0) {
      notes.add("the end of the user's text cannot be found: the template writes it differently");
      return OptionalInt.empty();
    }
    MarkupRule rule = chat.rule();
    int[] suffix =
        tokenizer.encode(
            place.suffix(),
            (id, start, end) -> rule.accepts(id, start + place.end(), end + place.end()));
    int before = ids.length - suffix.length;
    if (before >= 0 && Arrays.equals(ids, before, ids.length, suffix, 0, suffix.length)) {
      return before == 0 ? OptionalInt.empty() : OptionalInt.of(before - 1);
    }
    return byPlace(chat, place.end(), notes);
  }

  /// Where tokens reach from the user's text into what follows, or where the same text gives other
  /// tokens at the start of a text, only their places tell them apart.
  private OptionalInt byPlace(RenderedChat chat, int end, List<String> notes) {
    List<TokenSpan> spans = tokenizer.spans(chat.text(), chat.rule());
    int last = spans.size() - 1;
    while (last >= 0 && spans.get(last).start() >= end) {
      last--;
    }
    if (last < 0) {
      return OptionalInt.empty();
    }
    notes.add(
        spans.get(last).end() > end
            ? "the last token of the user's text also holds text of the template"
            : "t_inst was found by its place in the text");
    return OptionalInt.of(last);
  }
}
