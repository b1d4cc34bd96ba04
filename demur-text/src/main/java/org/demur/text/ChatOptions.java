package org.demur.text;

import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a conversation becomes a prompt.
///
/// @param addGenerationPrompt whether the template ends with the header of the model's answer
/// @param allowControlTokensInText whether markup such as `<|im_end|>` in messages becomes control
///   tokens; then a message can forge turns
/// @param tools descriptions of tools as JSON-like values; empty for none
/// @param variables further variables of the template, such as `enable_thinking`
/// @param now the moment that the template may print
public record ChatOptions(
    boolean addGenerationPrompt,
    boolean allowControlTokensInText,
    List<? extends @Nullable Object> tools,
    Map<String, ? extends @Nullable Object> variables,
    LocalDateTime now) {

  /// Copies the collections.
  public ChatOptions {
    tools = Collections.unmodifiableList(new java.util.ArrayList<>(tools));
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /// With the header of the answer, control tokens in text disabled, no tools.
  public static ChatOptions at(LocalDateTime now) {
    return new ChatOptions(true, false, List.of(), Map.of(), now);
  }

  /// The same options with markup in messages parsed.
  public ChatOptions allowingControlTokens() {
    return new ChatOptions(addGenerationPrompt, true, tools, variables, now);
  }

  /// The same options with or without the header of the answer.
  public ChatOptions withGenerationPrompt(boolean wanted) {
    return new ChatOptions(wanted, allowControlTokensInText, tools, variables, now);
  }
}
