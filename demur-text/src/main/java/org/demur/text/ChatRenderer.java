package org.demur.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.text.template.ChatTemplate;
import org.demur.text.template.RenderOptions;
import org.demur.text.template.TemplateException;
import org.demur.text.tokenizer.MarkupRule;
import org.demur.text.tokenizer.TokenSpan;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/// Renders conversations so that it is known afterwards which literals of control tokens the
/// template wrote.
///
/// The conversation goes through the template a second time with markers in its texts
/// ([TextGuard]). Without the markers both results are normally equal, and every literal that a
/// marker broke is text. A template that looks closely at the texts may give something else: then
/// the plain result still counts if it has the same control tokens as the marked one, and else the
/// marked one counts.
final class ChatRenderer {
  private static final MarkupRule ALL = (_, _, _) -> true;

  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final Map<String, String> specialTokens;
  private final TextGuard guard;

  ChatRenderer(Tokenizer tokenizer, ChatTemplate template, Map<String, String> specialTokens) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.specialTokens = Map.copyOf(specialTokens);
    this.guard = new TextGuard(tokenizer, template.source());
  }

  /// The text as it is.
  String plain(List<Message> messages, ChatOptions options) {
    return render(fields(messages), options.tools(), options);
  }

  RenderedChat guarded(List<Message> messages, ChatOptions options) {
    String plain = plain(messages, options);
    if (options.allowControlTokensInText()) {
      return new RenderedChat(plain, ALL, List.of());
    }
    Marker.Unmarked marked = marked(messages, options);
    if (marked.text().equals(plain)) {
      return new RenderedChat(plain, guard.rule(marked), List.of());
    }
    if (guardedTokens(plain, ALL).equals(guardedTokens(marked.text(), guard.rule(marked)))) {
      return new RenderedChat(plain, ALL, List.of());
    }
    return new RenderedChat(
        marked.text(),
        guard.rule(marked),
        List.of(
            "the chat template reacts to markup in the conversation, which was hidden from it"));
  }

  /// Renders with markers; with few of them when the template does not bear many.
  private Marker.Unmarked marked(List<Message> messages, ChatOptions options) {
    Marker marker = Marker.absentFrom(texts(messages, options));
    String character = marker.character();
    try {
      MarkedValues values = new MarkedValues((text, edges) -> guard.mark(text, character, edges));
      return marker.remove(render(values, messages, options));
    } catch (TemplateException e) {
      MarkedValues values = new MarkedValues((text, _) -> guard.markWhole(text, character));
      return marker.remove(render(values, messages, options));
    }
  }

  private String render(MarkedValues values, List<Message> messages, ChatOptions options) {
    return render(
        asList(values.mark(fields(messages))), asList(values.mark(options.tools())), options);
  }

  /// All texts that go into a rendering.
  List<String> texts(List<Message> messages, ChatOptions options) {
    List<String> texts = new ArrayList<>();
    texts.add(template.source());
    texts.addAll(specialTokens.values());
    MarkedValues.collect(fields(messages), texts);
    MarkedValues.collect(options.tools(), texts);
    MarkedValues.collect(options.variables(), texts);
    return texts;
  }

  private List<Integer> guardedTokens(String text, MarkupRule rule) {
    return tokenizer.literals(text, rule).stream()
        .map(TokenSpan::id)
        .filter(guard::isGuarded)
        .toList();
  }

  private String render(List<Object> messages, List<Object> tools, ChatOptions options) {
    Map<String, Object> variables = new LinkedHashMap<>(specialTokens);
    variables.put("messages", messages);
    putOrNull(variables, "tools", tools.isEmpty() ? null : tools);
    putOrNull(variables, "documents", null);
    variables.put("add_generation_prompt", options.addGenerationPrompt());
    variables.putAll(options.variables());
    return template.render(variables, RenderOptions.at(options.now()));
  }

  private static List<Object> fields(List<Message> messages) {
    return new ArrayList<>(messages.stream().map(Message::fields).toList());
  }

  @SuppressWarnings("unchecked") // The copy of a list with markers is such a list.
  private static List<Object> asList(@Nullable Object value) {
    return value instanceof List<?> list ? (List<Object>) list : List.of();
  }

  // Templates test for null, so the variables hold it.
  @SuppressWarnings("NullAway")
  private static void putOrNull(Map<String, Object> map, String name, @Nullable Object value) {
    map.put(name, value);
  }
}
