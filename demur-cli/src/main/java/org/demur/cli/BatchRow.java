package org.demur.cli;

import java.util.List;
import java.util.Optional;
import org.demur.model.intervention.Plan;
import org.demur.text.Message;

/// One thing to answer, as a user gave it.
///
/// @param id its name in the results
/// @param prompt a plain text, or the user's message of a chat; empty when there are messages
/// @param messages a conversation; empty when there is a prompt
/// @param plan edits of this row alone, after those of the command line
record BatchRow(String id, Optional<String> prompt, List<Message> messages, Optional<Plan> plan) {
  /// A row of one text.
  static BatchRow of(String id, String prompt) {
    return new BatchRow(id, Optional.of(prompt), List.of(), Optional.empty());
  }
}
