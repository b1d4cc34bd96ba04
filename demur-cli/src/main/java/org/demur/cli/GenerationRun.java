package org.demur.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.generation.TokenListener;
import org.demur.text.tokenizer.Tokenizer;

/// Answers rows in groups of a limited size; Ctrl-C ends the answers and keeps what is there.
final class GenerationRun {
  /// One group of rows and what was generated for it.
  record Group(List<PromptRow> rows, Generated generated) {}

  /// Hears what happens, for the screen.
  interface Listener {
    /// A piece of the answer to the only row of a group.
    void piece(String text);

    /// A group is done.
    void done(Group group);
  }

  private final Generator generator;
  private final SamplingOptions sampling;
  private final Set<Integer> stopIds;
  private final boolean logProbabilities;
  private final int context;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private int groupsBegun;

  GenerationRun(
      LoadedModel loaded, Tokenizer tokenizer, SamplingOptions sampling, boolean logProbabilities) {
    this.generator = new Generator(loaded.model(), Optional.of(tokenizer));
    this.sampling = sampling;
    this.logProbabilities = logProbabilities;
    this.context = loaded.model().architecture().longestRow();
    this.stopIds = new TreeSet<>(loaded.endOfSequence());
    this.stopIds.addAll(tokenizer.endOfTurnIds());
  }

  /// Answers all rows, `size` at a time; fewer when the user cancels.
  List<Group> run(List<PromptRow> rows, int size, Listener listener) {
    cancelled.set(false);
    return Interrupts.stoppable(() -> cancelled.set(true), () -> groups(rows, size, listener));
  }

  /// Whether the user pressed Ctrl-C.
  boolean cancelled() {
    return cancelled.get();
  }

  private List<Group> groups(List<PromptRow> rows, int size, Listener listener) {
    List<Group> groups = new ArrayList<>();
    for (int first = 0; first < rows.size() && !cancelled.get(); first += size) {
      List<PromptRow> part = rows.subList(first, Math.min(rows.size(), first + size));
      Group group = new Group(part, generate(part, listener));
      groups.add(group);
      listener.done(group);
    }
    return groups;
  }

  private Generated generate(List<PromptRow> rows, Listener listener) {
    int longest = rows.stream().mapToInt(row -> row.prompt().length()).max().orElse(0);
    GenerationRequest request =
        sampling
            .request(stopIds, context - longest, groupsBegun++)
            .with(rows.stream().map(PromptRow::plan).toList());
    boolean alone = rows.size() == 1;
    TokenListener tokens =
        (row, id, text) -> {
          if (alone) {
            listener.piece(text);
          }
          return !cancelled.get();
        };
    List<Prompt> prompts = rows.stream().map(PromptRow::prompt).toList();
    return generator.generate(
        prompts, logProbabilities ? request.withLogProbabilities() : request, tokens);
  }

  /// What all groups took together.
  static Usage usage(List<Group> groups) {
    long forward = 0;
    long backward = 0;
    long tokens = 0;
    for (Group group : groups) {
      Usage usage = group.generated().usage();
      forward += usage.forwardPasses();
      backward += usage.backwardPasses();
      tokens += usage.tokens();
    }
    return new Usage(forward, backward, tokens);
  }
}
