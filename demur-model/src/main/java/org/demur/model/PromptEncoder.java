package org.demur.model;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.text.ChatEncoder;
import org.demur.text.ChatOptions;
import org.demur.text.EncodedPrompt;
import org.demur.text.Message;
import org.demur.text.PostInstruction;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;

/// Turns texts and conversations into the tokens of a prompt, with the model's own chat template.
///
/// **Ownership.** Uses the tokenizer, and does not close it.
public final class PromptEncoder {
  private final ModelTextFiles files;
  private final Tokenizer tokenizer;
  private final boolean special;
  private final LocalDateTime now;
  private final Optional<ChatEncoder> chat;

  /// Makes an encoder for a model's texts.
  ///
  /// @param special whether literals of control tokens in texts become these tokens
  /// @param now what templates that write a date take it from; a run that is to be repeated has to
  ///   give the same
  public PromptEncoder(
      ModelTextFiles files, Tokenizer tokenizer, boolean special, LocalDateTime now) {
    this.files = files;
    this.now = now;
    this.tokenizer = tokenizer;
    this.special = special;
    this.chat =
        files
            .chatTemplate(false)
            .map(template -> new ChatEncoder(tokenizer, template, files.specialTokens()));
  }

  /// A plain text, with the token in front that the tokenizer asks for.
  public Prompt plain(String text) {
    ControlTokens mode = special ? ControlTokens.PARSED : ControlTokens.PLAIN;
    return Prompt.of(EncodedPrompt.plain(tokenizer, text, mode).ids());
  }

  /// A conversation, rendered with the model's chat template up to where its answer begins.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when the model has no chat template
  public Prompt chat(List<Message> messages) {
    EncodedPrompt encoded = requireTemplate().encode(messages, options());
    return Prompt.of(encoded.ids(), encoded.positions().tInst().orElse(-1));
  }

  /// A text as the user's message, after a system message if there is one.
  public Prompt question(Optional<String> system, String text) {
    List<Message> messages = new ArrayList<>();
    system.map(Message::system).ifPresent(messages::add);
    messages.add(Message.user(text));
    return chat(messages);
  }

  /// What the chat template puts after the user's text.
  public PostInstruction postInstruction() {
    return requireTemplate().postInstruction(options());
  }

  /// Whether the model has a chat template.
  public boolean hasTemplate() {
    return chat.isPresent();
  }

  /// A plain text of which the last token counts as the last token of the user's text, for models
  /// without a chat template: there are no post-instruction tokens then.
  public Prompt bare(String text) {
    Prompt prompt = plain(text);
    return Prompt.of(prompt.ids(), prompt.length() - 1);
  }

  /// The encoder of the model's chat template.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when the model has no chat template
  public ChatEncoder requireTemplate() {
    return chat.orElseThrow(
        () ->
            new ModelException(
                ErrorCode.NOT_FOUND,
                files.path() + " has no chat template; only plain text can be completed"));
  }

  private ChatOptions options() {
    return ChatOptions.at(now).withControlTokensInText(special);
  }
}
