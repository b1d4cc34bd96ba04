package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.model.DecodingSession;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReceiptTest {
  private static final int WIDTH = 16;
  private static final Prompt PROMPT = Prompt.of(TinyModel.ids(9, 5));

  private LanguageModel model;

  @BeforeAll
  void load(@TempDir Path folder) {
    model = TinyModel.llama().load(folder);
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void theNumbersAreThoseOfTheEditedStream() {
    HookPoint point = HookPoint.of(HookSite.RESID_PRE, 1);
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(1);
    LayerVectors vector = Vectors.random(WIDTH, 3);
    float[] unit = vector.unitAt(1);
    float[] before = Runs.captured(model, point, PROMPT);
    for (Intervention edit :
        List.of(
            new DirectionalAblation(target, vector), new ActivationAddition(target, vector, -2))) {
      float[] after = Runs.captured(model, point, PROMPT, Plan.of(edit));
      double[] moved = Vectors.lengths(Vectors.minus(after, before), WIDTH);
      double[] length = Vectors.lengths(before, WIDTH);
      double change = 0;
      for (int token = 0; token < moved.length; token++) {
        change += moved[token] / length[token] / moved.length;
      }

      Receipt receipt = Runs.receipts(model, PROMPT, Plan.of(edit)).getFirst();

      assertThat(receipt.intervention()).isEqualTo(edit.label());
      assertThat(receipt.index()).isZero();
      assertThat(receipt.hookPoint()).isEqualTo(point);
      assertThat(receipt.calls()).isEqualTo(1);
      assertThat(receipt.tokens()).isEqualTo(9);
      assertThat(receipt.meanRelativeChange()).isCloseTo(change, within(1e-5));
      assertThat(receipt.meanProjectionBefore().orElseThrow())
          .isCloseTo(Vectors.mean(Vectors.projections(before, unit)), within(1e-5));
      assertThat(receipt.meanProjectionAfter().orElseThrow())
          .isCloseTo(Vectors.mean(Vectors.projections(after, unit)), within(1e-5));
    }
  }

  @Test
  void scalingByHalfChangesByHalf() {
    Plan plan = Plan.of(new Scaling(Target.everywhere(HookSite.MLP_OUT), 0.5));

    assertThat(Runs.receipts(model, PROMPT, plan))
        .hasSize(3)
        .allSatisfy(
            receipt -> {
              assertThat(receipt.meanRelativeChange()).isCloseTo(0.5, within(1e-6));
              assertThat(receipt.meanProjectionBefore()).isEmpty();
              assertThat(receipt.meanProjectionAfter()).isEmpty();
            });
  }

  @Test
  void everyInterventionHasAReceiptForEachOfItsHookPointsInForwardOrder() {
    Plan plan =
        Plan.of(
            new DirectionalAblation(Target.residualStream(), Vectors.random(WIDTH, 1)),
            new Custom(Target.everywhere(HookSite.FINAL_NORM, HookSite.EMBED), "nothing", h -> h));

    List<Receipt> receipts = Runs.receipts(model, PROMPT, plan);

    assertThat(receipts)
        .extracting(receipt -> receipt.index() + " " + receipt.intervention())
        .containsExactly(
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "0 ablate",
            "1 nothing",
            "1 nothing");
    assertThat(receipts)
        .extracting(receipt -> receipt.hookPoint().toString())
        .startsWith(
            "blocks.0.hook_resid_pre",
            "blocks.0.hook_attn_out",
            "blocks.0.hook_mlp_out",
            "blocks.1.hook_resid_pre")
        .endsWith("embed", "final_norm");
    assertThat(receipts.getLast().meanRelativeChange()).isZero();
  }

  @Test
  void overSeveralPassesCallsAndTokensAddUp() {
    Target target = Target.everywhere(HookSite.RESID_POST).inLayers(0);
    Plan plan =
        Plan.of(
            new Scaling(target, 0.9),
            new Scaling(target.at(Positions.GENERATED), 0.9),
            new Scaling(target.at(Positions.PROMPT).inRows(1), 0.9));
    List<Prompt> prompts = List.of(Prompt.of(3, 4, 5), Prompt.of(6, 7, 8, 9, 10));
    try (DecodingSession session = new DecodingSession(model, prompts, List.of(plan), 3);
        Scope scope = Scope.open()) {
      assertThat(session.prefill().shape()).containsExactly(2L, 40L);
      assertThat(session.step(new int[] {11, 12}).shape()).containsExactly(2L, 40L);
      session.keep(new int[] {1});
      Tensor last = session.step(new int[] {13});

      assertThat(last.shape()).containsExactly(1L, 40L);
      assertThat(session.receipts()).extracting(Receipt::calls).containsExactly(3, 2, 1);
      assertThat(session.receipts()).extracting(Receipt::tokens).containsExactly(11L, 3L, 5L);
    }
  }

  @Test
  void aZeroVectorCanBeAddedAndHasNoProjection() {
    Plan plan =
        Plan.of(
            new ActivationAddition(
                Target.everywhere(HookSite.RESID_PRE).inLayers(0),
                LayerVectors.same(new float[WIDTH]),
                1));

    Receipt receipt = Runs.receipts(model, PROMPT, plan).getFirst();

    assertThat(receipt.meanRelativeChange()).isZero();
    assertThat(receipt.meanProjectionBefore()).isEqualTo(Optional.empty());
  }

  @Test
  void hiddenScoresDoNotSpoilTheMeanChange() {
    Plan plan = Plan.of(new Scaling(Target.everywhere(HookSite.ATTN_SCORES).inLayers(0), 0.25));

    Receipt receipt = Runs.receipts(model, PROMPT, plan).getFirst();

    assertThat(receipt.meanRelativeChange()).isCloseTo(0.75, within(1e-5));
  }

  @Test
  void plansOfDifferentRowsHaveReceiptsOfTheirOwn() {
    Plan first = Plan.of(new Scaling(Target.everywhere(HookSite.EMBED), 2));
    Plan second = Plan.of(new Scaling(Target.everywhere(HookSite.EMBED), 3));
    Plan third = Plan.of(new Scaling(Target.everywhere(HookSite.EMBED), 2));
    List<Prompt> prompts = List.of(Prompt.of(3, 4), Prompt.of(5, 6, 7), Prompt.of(8, 9, 10, 11));

    try (var result =
        model.forward(
            prompts,
            org.demur.model.ForwardRequest.logitsAt(Positions.ALL).with(first, second, third))) {
      assertThat(result.receipts())
          .as("equal interventions are computed together")
          .extracting(Receipt::tokens)
          .containsExactly(6L, 3L);
    }
  }
}
