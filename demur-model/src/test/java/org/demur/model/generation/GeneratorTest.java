package org.demur.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.generation.Generated.Answer;
import org.demur.model.generation.Generated.FinishReason;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratorTest {
  private static final int VOCABULARY = 40;
  private static final List<Prompt> PROMPTS =
      List.of(
          Prompt.of(TinyModel.ids(6, 1)),
          Prompt.of(TinyModel.ids(11, 2)),
          Prompt.of(TinyModel.ids(2, 3)),
          Prompt.of(TinyModel.ids(6, 4)));

  private LanguageModel model;
  private LanguageModel gemma;
  private LanguageModel phi;

  @BeforeAll
  void load(@TempDir Path folder) {
    model = TinyModel.llama().load(folder);
    gemma = TinyModel.gemma2().load(folder);
    phi = TinyModel.phi3().load(folder);
  }

  @AfterAll
  void close() {
    model.close();
    gemma.close();
    phi.close();
  }

  private static Generated generate(
      LanguageModel model, List<Prompt> prompts, GenerationRequest request) {
    return new Generator(model, Optional.empty()).generate(prompts, request);
  }

  private static GenerationRequest greedy(int count) {
    return GenerationRequest.greedy(count, Set.of());
  }

  /// Logits after a prompt and an answer, from a whole pass without a cache.
  private static float[] next(LanguageModel model, Prompt prompt, List<Integer> answer) {
    int[] ids = Arrays.copyOf(prompt.ids(), prompt.length() + answer.size());
    for (int i = 0; i < answer.size(); i++) {
      ids[prompt.length() + i] = answer.get(i);
    }
    float[] all = Runs.logits(model, Prompt.of(ids));
    return Arrays.copyOfRange(all, all.length - VOCABULARY, all.length);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int id = 0; id < logits.length; id++) {
      best = logits[id] > logits[best] ? id : best;
    }
    return best;
  }

  private static List<Integer> uncached(LanguageModel model, Prompt prompt, int count) {
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < count) {
      ids.add(best(next(model, prompt, ids)));
    }
    return ids;
  }

  @Test
  void cachedGenerationEqualsWholePasses() {
    for (LanguageModel each : List.of(model, gemma)) {
      List<Answer> answers = generate(each, PROMPTS, greedy(8)).rows();
      for (int row = 0; row < PROMPTS.size(); row++) {
        assertThat(answers.get(row).ids()).isEqualTo(uncached(each, PROMPTS.get(row), 8));
        assertThat(answers.get(row).finishReason()).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  @Test
  void rowsThatCrossTheTrainedLengthAreRunAgainWithLongFactors() {
    // trained for 12 tokens: the rows of 6 and of 11 tokens cross it at different steps
    List<Answer> answers = generate(phi, PROMPTS, greedy(10).withLogProbabilities()).rows();

    for (int row = 0; row < PROMPTS.size(); row++) {
      assertThat(answers.get(row).ids()).isEqualTo(uncached(phi, PROMPTS.get(row), 10));
    }
    List<Integer> ids = answers.get(1).ids();
    double[] expected = logProbabilities(next(phi, PROMPTS.get(1), ids.subList(0, 9)));
    assertThat(answers.get(1).logProbabilities().get(9))
        .isCloseTo(expected[ids.get(9)], within(1e-4));
  }

  @Test
  void aBatchEqualsItsRowsAlone() {
    GenerationRequest request = greedy(7).with(new Sampling(0.9, 12, 0.95, 1.1, 7));
    List<Answer> together = generate(model, PROMPTS, greedy(7)).rows();
    for (int row = 0; row < PROMPTS.size(); row++) {
      List<Prompt> alone = List.of(PROMPTS.get(row));
      assertThat(together.get(row)).isEqualTo(generate(model, alone, greedy(7)).rows().getFirst());
    }
    // the first row has the same stream of random numbers in both
    assertThat(generate(model, PROMPTS, request).rows().getFirst())
        .isEqualTo(generate(model, PROMPTS.subList(0, 1), request).rows().getFirst());
  }

  @Test
  void aStopTokenEndsItsRowOnlyAndIsNoPartOfTheAnswer() {
    List<Integer> free = uncached(model, PROMPTS.get(1), 8);
    int stop = free.get(4);
    GenerationRequest request = GenerationRequest.greedy(8, Set.of(stop));

    List<Answer> answers = generate(model, PROMPTS, request).rows();

    assertThat(answers.get(1).ids()).isEqualTo(free.subList(0, free.indexOf(stop)));
    assertThat(answers.get(1).finishReason()).isEqualTo(FinishReason.STOP_TOKEN);
    for (int row = 0; row < PROMPTS.size(); row++) {
      List<Integer> own = uncached(model, PROMPTS.get(row), 8);
      int end = own.indexOf(stop);
      assertThat(answers.get(row).ids()).isEqualTo(end < 0 ? own : own.subList(0, end));
    }
  }

  @Test
  void suppressedTokensAreNeverChosen() {
    List<Integer> free = uncached(model, PROMPTS.getFirst(), 6);
    Set<Integer> suppressed = Set.copyOf(free);

    for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(2, 0, 1, 1, 3))) {
      Generated generated =
          generate(model, PROMPTS, greedy(6).suppressing(suppressed).with(sampling));
      assertThat(generated.rows())
          .allSatisfy(answer -> assertThat(answer.ids()).doesNotContainAnyElementsOf(suppressed));
    }
  }

  @Test
  void logProbabilitiesAreThoseOfTheWholePass() {
    Answer answer = generate(model, PROMPTS, greedy(5).withLogProbabilities()).rows().get(1);

    assertThat(answer.logProbabilities()).hasSize(5);
    for (int step = 0; step < 5; step++) {
      float[] logits = next(model, PROMPTS.get(1), answer.ids().subList(0, step));
      assertThat(answer.logProbabilities().get(step))
          .isCloseTo(logProbabilities(logits)[answer.ids().get(step)], within(1e-5));
    }
  }

  private static double[] logProbabilities(float[] logits) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    double normaliser = Math.log(sum);
    double[] result = new double[logits.length];
    for (int id = 0; id < logits.length; id++) {
      result[id] = logits[id] - normaliser;
    }
    return result;
  }

  @Test
  void theListenerHearsEveryTokenAndCanCancel() {
    List<String> heard = new ArrayList<>();
    Generated generated =
        new Generator(model, Optional.empty())
            .generate(
                PROMPTS.subList(0, 2),
                greedy(9),
                (row, id, text) -> {
                  heard.add(row + ":" + id);
                  return heard.size() < 5;
                });

    assertThat(generated.rows())
        .allSatisfy(
            answer -> {
              assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
              assertThat(answer.ids()).hasSize(3);
            });
    List<Integer> first = generated.rows().getFirst().ids();
    assertThat(heard).hasSize(6).contains("0:" + first.get(0), "0:" + first.get(2));
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
    GenerationRequest request = greedy(12).with(new Sampling(1.5, 0, 1, 1, 11));

    List<Answer> first = generate(model, PROMPTS, request).rows();

    assertThat(generate(model, PROMPTS, request).rows()).isEqualTo(first);
    assertThat(generate(model, PROMPTS, request.with(new Sampling(1.5, 0, 1, 1, 12))).rows())
        .isNotEqualTo(first);
  }

  @Test
  void passesAndTokensAreReported() {
    Generated generated = generate(model, PROMPTS.subList(0, 2), greedy(3));

    assertThat(generated.usage().forwardPasses()).isEqualTo(3);
    assertThat(generated.usage().tokens()).isEqualTo(17 + 2 * 2);
    assertThat(generated.receipts()).isEmpty();
  }

  @Test
  void editsOfGeneratedTokensActAndAreProven() {
    Target generatedTokens =
        Target.everywhere(HookSite.RESID_POST).inLayers(1).at(Positions.GENERATED);
    Plan plan = Plan.of(new Scaling(generatedTokens, -3));

    Generated generated =
        generate(model, PROMPTS, greedy(8).with(List.of(plan, Plan.NONE, plan, Plan.NONE)));
    List<Answer> plain = generate(model, PROMPTS, greedy(8)).rows();

    assertThat(generated.receipts())
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.tokens()).isEqualTo(2 * 7));
    assertThat(generated.rows().get(1)).isEqualTo(plain.get(1));
    assertThat(generated.rows().get(0).ids().getFirst()).isEqualTo(plain.get(0).ids().getFirst());
    assertThat(generated.rows().get(0)).isNotEqualTo(plain.get(0));
  }

  @Test
  void anEditThatNeverFiresFailsTheRun() {
    Plan plan = Plan.of(new Scaling(Target.everywhere(HookSite.EMBED).at(Positions.GENERATED), 2));

    Runs.assertRefused(
        ErrorCode.INTERVENTION_UNUSED,
        () -> generate(model, PROMPTS, greedy(1).with(List.of(plan))),
        "intervention 0 (scale) touched no token at embed");
  }

  @Test
  void moreTokensThanTheContextHoldsAreRefused() {
    Runs.assertRefused(
        ErrorCode.CONTEXT_LENGTH,
        () -> generate(model, PROMPTS, greedy(54)),
        "row 1 has 11 tokens and 54 to come, but the context of the model is 64");
  }

  @Test
  void requestsOutsideOfTheirRangesAreRefused() {
    Runs.assertRefused(ErrorCode.USAGE, () -> greedy(0), "at least 1, got 0");
    Runs.assertRefused(
        ErrorCode.USAGE, () -> greedy(1).stoppingAt(List.of("")), "a stop text must not be empty");
    Runs.assertRefused(
        ErrorCode.USAGE, () -> new Sampling(-1, 0, 1, 1, 0), "temperature must be 0 or more");
    Runs.assertRefused(
        ErrorCode.USAGE, () -> new Sampling(Double.NaN, 0, 1, 1, 0), "temperature", "NaN");
    Runs.assertRefused(ErrorCode.USAGE, () -> new Sampling(1, -1, 1, 1, 0), "top-k", "got -1");
    Runs.assertRefused(ErrorCode.USAGE, () -> new Sampling(1, 0, 0, 1, 0), "top-p", "got 0.0");
    Runs.assertRefused(ErrorCode.USAGE, () -> new Sampling(1, 0, 1.1, 1, 0), "top-p", "1.1");
    Runs.assertRefused(
        ErrorCode.USAGE, () -> new Sampling(1, 0, 1, 0, 0), "repetition penalty", "0.0");
  }

  @Test
  void suppressingWhatIsNoTokenChangesNothing() {
    assertThat(generate(model, PROMPTS, greedy(3).suppressing(Set.of(-1, 40))).rows())
        .isEqualTo(generate(model, PROMPTS, greedy(3)).rows());
  }
}
