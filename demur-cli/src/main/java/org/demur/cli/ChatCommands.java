package org.demur.cli;

import java.util.List;

/// The commands inside of a conversation.
final class ChatCommands {
  /// Their names, for completion and hints.
  static final List<String> NAMES = List.of("/system", "/reset", "/help", "/exit");

  /// What `/help` shows.
  static final String HELP =
      """
      /system TEXT   set the system message and begin a new conversation
      /system        show the system message
      /reset         begin a new conversation; the system message stays
      /help          show this
      /exit          leave; so does Ctrl-D

      Ctrl-C stops an answer, or throws away the line that you are writing. To send a line that
      begins with "/", put a blank in front of it.
      """;

  private ChatCommands() {}
}
