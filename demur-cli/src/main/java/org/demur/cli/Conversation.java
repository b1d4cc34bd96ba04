package org.demur.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.text.Message;

/// The messages of a conversation so far.
final class Conversation {
  private final List<Message> turns = new ArrayList<>();
  private Optional<String> system;

  Conversation(Optional<String> system) {
    this.system = system;
  }

  /// The system message, when there is one.
  Optional<String> system() {
    return system;
  }

  /// Begins anew with another system message.
  void begin(Optional<String> newSystem) {
    system = newSystem;
    turns.clear();
  }

  /// Adds what the user says.
  void ask(String text) {
    turns.add(Message.user(text));
  }

  /// Adds what the model said.
  void answer(String text) {
    turns.add(Message.assistant(text));
  }

  /// Takes back the last message.
  void takeBack() {
    turns.removeLast();
  }

  /// All messages, the system message first.
  List<Message> messages() {
    List<Message> all = new ArrayList<>();
    system.map(Message::system).ifPresent(all::add);
    all.addAll(turns);
    return List.copyOf(all);
  }
}
