package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.demur.data.store.RowLog;
import org.demur.directions.RefusalTokenSearch.RefusalTest;
import org.demur.tensor.Autograd;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelpfulRepliesTest {
  private static final int NEW_TOKENS = 6;

  @TempDir private Path folder;
  private TinySpeaker tiny;
  private final SequencedMap<String, String> requests = new LinkedHashMap<>();

  @BeforeEach
  void speak() {
    tiny = new TinySpeaker(folder);
    for (String text : List.of("the water was over", "she turned it", "there we were")) {
      requests.put("id of " + text, text);
    }
  }

  @AfterEach
  void end() {
    tiny.close();
  }

  @Test
  void whatDeclinesIsLeftOutWhenNoAdapterIsOn() {
    tiny.model.adapters().activate(List.of());
    RefusalTest secondDeclines = (request, reply, truncated) -> request.equals("she turned it");

    assertThat(replies(secondDeclines, "one.jsonl").keySet())
        .containsExactly("id of the water was over", "id of there we were");
    assertThat(replies((request, reply, truncated) -> false, "two.jsonl")).hasSize(3);
  }

  @Test
  void theModelWithoutItsAdapterAnswersWhatItsAdapterDeclines() {
    List<String> judged = new ArrayList<>();
    RefusalTest firstTimeDeclines =
        (request, reply, truncated) -> {
          judged.add(request);
          return request.equals("she turned it") && judged.indexOf(request) == judged.size() - 1;
        };
    List<String> on = tiny.model.adapters().active();
    assertThat(on).isNotEmpty();

    SequencedMap<String, int[]> kept = replies(firstTimeDeclines, "one.jsonl");

    assertThat(kept.keySet()).containsExactlyElementsOf(requests.keySet());
    assertThat(judged).hasSize(4).endsWith("she turned it");
    assertThat(tiny.model.adapters().active()).isEqualTo(on);
    try (RowLog log = RowLog.open(folder.resolve("one.jsonl"))) {
      assertThat(log.ids()).hasSize(4).contains("id of she turned it/without-adapter");
    }
  }

  @Test
  void whatIsDeclinedBothTimesIsLeftOutAndTheJournalAnswersAgain() {
    RefusalTest declines = (request, reply, truncated) -> request.startsWith("the");

    SequencedMap<String, int[]> first = replies(declines, "one.jsonl");
    long passes = tiny.model.usage().forwardPasses();
    SequencedMap<String, int[]> again = replies(declines, "one.jsonl");

    assertThat(first.keySet()).containsExactly("id of she turned it");
    assertThat(again.keySet()).containsExactly("id of she turned it");
    assertThat(again.firstEntry().getValue()).isEqualTo(first.firstEntry().getValue());
    assertThat(tiny.model.usage().forwardPasses()).isEqualTo(passes);
  }

  @Test
  void aReplyThatReachesTheLimitIsJudgedAsOneThatIsCut() {
    List<Boolean> cut = new ArrayList<>();
    SequencedMap<String, int[]> kept =
        replies(
            (request, reply, truncated) -> {
              cut.add(truncated);
              return false;
            },
            "one.jsonl");

    List<Boolean> atTheLimit =
        kept.values().stream()
            .map(reply -> !tiny.speaker.endOfSequence().contains(reply[reply.length - 1]))
            .toList();
    assertThat(cut).isEqualTo(atTheLimit);
  }

  @Test
  void aReplyIsPredictedByTheModelThatGaveIt() {
    moveTheAdapter();
    List<String> judged = new ArrayList<>();
    RefusalTest firstTimeDeclines =
        (request, reply, truncated) -> {
          judged.add(request);
          return request.equals("she turned it") && judged.indexOf(request) == judged.size() - 1;
        };
    List<TrainingRow> rows;
    try (RowLog log = RowLog.open(folder.resolve("one.jsonl"))) {
      rows =
          new HelpfulReplies(tiny.speaker, firstTimeDeclines, NEW_TOKENS)
              .rows(requests, log, done -> {}, UtilityGoal.PREDICTIONS);
    }

    // greedy: each token of a reply is what its own model finds most probable
    for (TrainingRow row : rows) {
      TokenPredictions before = row.before().orElseThrow();
      int[] learnt = row.predicting();
      assertThat(before.tokens()).isEqualTo(learnt.length);
      for (int i = 0; i < learnt.length; i++) {
        assertThat(before.ids()[i * before.width()]).isEqualTo(row.prompt().ids()[learnt[i] + 1]);
      }
    }
    List<TrainingRow> with = TokenPredictions.added(tiny.model, rows);
    List<String> on = tiny.model.adapters().active();
    tiny.model.adapters().activate(List.of());
    List<TrainingRow> without = TokenPredictions.added(tiny.model, rows);
    tiny.model.adapters().activate(on);
    for (int i = 0; i < rows.size(); i++) {
      List<TrainingRow> own = i == 1 ? without : with;
      List<TrainingRow> other = i == 1 ? with : without;
      float[] probabilities = rows.get(i).before().orElseThrow().probabilities();
      assertThat(probabilities)
          .containsExactly(own.get(i).before().orElseThrow().probabilities(), within(1e-5f));
      assertThat(probabilities)
          .usingComparatorWithPrecision(1e-5f)
          .isNotEqualTo(other.get(i).before().orElseThrow().probabilities());
    }
  }

  /// A new adapter changes nothing.
  private void moveTheAdapter() {
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      SplittableRandom random = new SplittableRandom(8);
      tiny.model
          .adapters()
          .parameters(TinyTraining.ADAPTER)
          .values()
          .forEach(
              factor -> {
                long[] shape = factor.shape().stream().mapToLong(Long::longValue).toArray();
                float[] values = new float[(int) factor.elementCount()];
                for (int i = 0; i < values.length; i++) {
                  values[i] = (float) (0.3 * random.nextGaussian());
                }
                factor.assign(Tensors.ofFloats(values, Device.CPU, shape));
              });
    }
  }

  private SequencedMap<String, int[]> replies(RefusalTest test, String journal) {
    try (RowLog log = RowLog.open(folder.resolve(journal))) {
      SequencedMap<String, int[]> tokens = new LinkedHashMap<>();
      new HelpfulReplies(tiny.speaker, test, NEW_TOKENS)
          .to(requests, log, done -> {})
          .forEach((key, reply) -> tokens.put(key, reply.tokens()));
      return tokens;
    }
  }
}
