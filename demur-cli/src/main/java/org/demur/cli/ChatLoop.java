package org.demur.cli;

import java.util.Optional;
import org.demur.core.DemurException;
import org.demur.core.Suggestions;

/// Reads lines and obeys or answers them until the user leaves.
final class ChatLoop {
  private final Console console;
  private final LineSource lines;
  private final ChatTurn turn;
  private final boolean forgiving;

  /// @param forgiving whether a message that cannot be answered is reported and taken back; else it
  ///   ends the conversation
  ChatLoop(Console console, LineSource lines, ChatTurn turn, boolean forgiving) {
    this.console = console;
    this.lines = lines;
    this.turn = turn;
    this.forgiving = forgiving;
  }

  /// Runs until `/exit` or the end of the input.
  void run(Conversation conversation) {
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      String text = line.get();
      if (text.stripTrailing().equals("/exit")) {
        return;
      }
      if (text.startsWith("/")) {
        obey(text.strip(), conversation);
      } else if (!text.isBlank()) {
        answer(text.strip(), conversation);
      }
    }
  }

  private void obey(String command, Conversation conversation) {
    String[] parts = command.split("\\s+", 2);
    switch (parts[0]) {
      case "/help" -> console.note(ChatCommands.HELP.stripTrailing());
      case "/reset" -> {
        conversation.begin(conversation.system());
        console.note("a new conversation");
      }
      case "/system" -> {
        if (parts.length == 1) {
          console.note(conversation.system().orElse("there is no system message"));
        } else {
          conversation.begin(Optional.of(parts[1]));
          console.note("a new conversation with this system message");
        }
      }
      default ->
          console.note(
              "unknown command %s; known: %s%s"
                  .formatted(
                      parts[0],
                      String.join(", ", ChatCommands.NAMES),
                      Suggestions.hint(parts[0], ChatCommands.NAMES)));
    }
  }

  private void answer(String text, Conversation conversation) {
    conversation.ask(text);
    try {
      turn.answer(conversation);
    } catch (DemurException e) {
      if (!forgiving) {
        throw e;
      }
      conversation.takeBack();
      console.note("error: " + e.getMessage());
    }
  }
}
