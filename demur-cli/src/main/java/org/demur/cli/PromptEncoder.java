package org.demur.cli;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.ModelTextFiles;
import org.demur.model.Prompt;
import org.demur.text.ChatEncoder;
import org.demur.text.ChatOptions;
import org.demur.text.EncodedPrompt;
import org.demur.text.Message;
import org.demur.text.PostInstruction;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;

/// Turns what a user gave into the tokens of a prompt.
final class PromptEncoder {
  private final ModelTextFiles files;
  private final Tokenizer tokenizer;
  private final boolean special;
  private final Optional<ChatEncoder> chat;

  /// @param special whether literals of control tokens in texts become these tokens
  PromptEncoder(ModelTextFiles files, Tokenizer tokenizer, boolean special) {
    this.files = files;
    this.tokenizer = tokenizer;
    this.special = special;
    this.chat =
        files
            .chatTemplate(false)
            .map(template -> new ChatEncoder(tokenizer, template, files.specialTokens()));
  }

  /// A plain text, with the token in front that the tokenizer asks for.
  Prompt plain(String text) {
    ControlTokens mode = special ? ControlTokens.PARSED : ControlTokens.PLAIN;
    return Prompt.of(EncodedPrompt.plain(tokenizer, text, mode).ids());
  }

  /// A conversation, rendered with the model's chat template up to where its answer begins.
  ///
  /// @throws CliException with [ErrorCode#NOT_FOUND] when the model has no chat template
  Prompt chat(List<Message> messages) {
    EncodedPrompt encoded = requireTemplate().encode(messages, options());
    return Prompt.of(encoded.ids(), encoded.positions().tInst().orElse(-1));
  }

  /// A text as the user's message, after a system message if there is one.
  Prompt question(Optional<String> system, String text) {
    List<Message> messages = new ArrayList<>();
    system.map(Message::system).ifPresent(messages::add);
    messages.add(Message.user(text));
    return chat(messages);
  }

  /// What the chat template puts after the user's text.
  PostInstruction postInstruction() {
    return requireTemplate().postInstruction(options());
  }

  /// The encoder of the model's chat template.
  ChatEncoder requireTemplate() {
    return chat.orElseThrow(
        () ->
            new CliException(
                ErrorCode.NOT_FOUND,
                files.path() + " has no chat template; demur generate completes plain text"));
  }

  private ChatOptions options() {
    ChatOptions options = ChatOptions.at(LocalDateTime.now(ZoneId.systemDefault()));
    return options.withControlTokensInText(special);
  }
}
