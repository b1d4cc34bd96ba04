package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.demur.data.Label;
import org.demur.model.LanguageModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionJournalTest {
  private static final SelectionFilters LOOSE = new SelectionFilters(1e9, 1e9, 1, -1e9);

  @TempDir private Path folder;

  private static DirectionSelection selection(LanguageModel model) {
    EncodedPrompts train = TinyPrompts.of(5, 1);
    EncodedPrompts validation = TinyPrompts.of(3, 2);
    Extraction found = Extraction.run(model, train, Centre.MEAN, done -> {});
    CandidateScorer scorer =
        new CandidateScorer(
            model,
            validation.tokens(Label.HARMFUL),
            validation.tokens(Label.HARMLESS),
            List.of(5, 6));
    return new DirectionSelection(found.refusal(), scorer, LOOSE);
  }

  @Test
  void aStoppedSelectionGoesOnAndGivesTheSameResult() {
    Path file = folder.resolve("journal.jsonl");
    try (LanguageModel model = TinyPrompts.model()) {
      DirectionSelection selection = selection(model);
      SelectionResult whole = selection.select(selection.candidates(), done -> {});
      assertThatThrownBy(
              () -> {
                try (SelectionJournal journal = SelectionJournal.open(file, "key")) {
                  selection.select(
                      selection.candidates(),
                      journal,
                      done -> {
                        if (done == 3) {
                          throw new IllegalStateException("stopped");
                        }
                      });
                }
              })
          .hasMessage("stopped");

      long passes = model.usage().forwardPasses();
      List<Integer> told = new ArrayList<>();
      try (SelectionJournal journal = SelectionJournal.open(file, "key")) {
        assertThat(journal.find(new Candidate(-2, 0))).isPresent();
        SelectionResult resumed = selection.select(selection.candidates(), journal, told::add);
        assertThat(resumed).isEqualTo(whole);
      }
      long rest = model.usage().forwardPasses() - passes;
      assertThat(told).containsExactly(1, 2, 3, 4);
      assertThat(rest).isPositive();
      try (SelectionJournal journal = SelectionJournal.open(file, "key")) {
        selection.select(selection.candidates(), journal, done -> {});
      }
      assertThat(model.usage().forwardPasses() - passes).isEqualTo(rest);
    }
  }

  @Test
  void scoresOfOtherPromptsAreNotUsed() {
    Path file = folder.resolve("journal.jsonl");
    Candidate candidate = new Candidate(-1, 1);
    try (SelectionJournal journal = SelectionJournal.open(file, "one")) {
      journal.keep(candidate, new CandidateScores(1, Double.NaN, 3));
    }
    try (SelectionJournal journal = SelectionJournal.open(file, "other")) {
      assertThat(journal.find(candidate)).isEmpty();
    }
    try (SelectionJournal journal = SelectionJournal.open(file, "one")) {
      assertThat(journal.find(candidate)).contains(new CandidateScores(1, Double.NaN, 3));
    }
  }
}
