package org.demur.text;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the rendering and encoding of a conversation depends on besides its messages.
///
/// @param tools definitions of tools, JSON-like; empty for none
/// @param variables further variables of the template, JSON-like; they win over all others
/// @param addGenerationPrompt whether the text ends where the model's answer starts
/// @param allowControlTokensInText whether literals of control tokens in what people, tools and
///   models said become control tokens. Then a prompt can forge turns
/// @param now the moment that templates see
public record ChatOptions(
    List<Object> tools,
    Map<String, Object> variables,
    boolean addGenerationPrompt,
    boolean allowControlTokensInText,
    LocalDateTime now) {
  /// Copies the collections.
  public ChatOptions {
    tools = Collections.unmodifiableList(new ArrayList<>(tools));
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /// The usual options: no tools, a generation prompt, text cannot forge control tokens.
  public static ChatOptions at(LocalDateTime now) {
    return new ChatOptions(List.of(), Map.of(), true, false, now);
  }

  /// The same with other tools.
  public ChatOptions withTools(List<Object> other) {
    return new ChatOptions(other, variables, addGenerationPrompt, allowControlTokensInText, now);
  }

  /// The same with other variables.
  public ChatOptions withVariables(Map<String, Object> other) {
    return new ChatOptions(tools, other, addGenerationPrompt, allowControlTokensInText, now);
  }

  /// The same with or without a generation prompt.
  public ChatOptions withGenerationPrompt(boolean add) {
    return new ChatOptions(tools, variables, add, allowControlTokensInText, now);
  }

  /// The same with control tokens in text allowed or not.
  public ChatOptions withControlTokensInText(boolean allow) {
    return new ChatOptions(tools, variables, addGenerationPrompt, allow, now);
  }
}
