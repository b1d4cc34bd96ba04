package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectionalAblationTest {
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
  void ablatingTwiceEqualsAblatingOnce() {
    Intervention ablation =
        new DirectionalAblation(Target.residualStream(), Vectors.random(WIDTH, 1));
    float[] once = Runs.logits(model, PROMPT, Plan.of(ablation));

    Runs.assertSame(Runs.logits(model, PROMPT, Plan.of(ablation, ablation)), once);
    Runs.assertDifferent(once, Runs.logits(model, PROMPT));
  }

  @ParameterizedTest
  @EnumSource(names = {"RESID_PRE", "ATTN_OUT", "RESID_MID", "MLP_OUT", "RESID_POST", "EMBED"})
  void noProjectionIsLeftAtAnyResidualSite(HookSite site) {
    LayerVectors direction = Vectors.random(WIDTH, 2);
    Plan plan = Plan.of(new DirectionalAblation(Target.everywhere(site), direction));
    HookPoint point = HookPoint.of(site, site.perBlock() ? 1 : 0);

    float[] edited = Runs.captured(model, point, PROMPT, plan);
    float[] plain = Runs.captured(model, point, PROMPT);

    assertThat(Vectors.largestProjection(edited, direction.unitAt(0))).isLessThan(1e-5);
    assertThat(Vectors.largestProjection(plain, direction.unitAt(0))).isGreaterThan(1e-2);
  }

  @Test
  void whateverTheLengthOfTheDirectionTheSameIsRemoved() {
    float[] unit = Vectors.random(WIDTH, 3).unitAt(0);
    float[] scaled = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      scaled[i] = unit[i] * -70;
    }
    Target target = Target.residualStream();

    Runs.assertSame(
        Runs.logits(
            model, PROMPT, Plan.of(new DirectionalAblation(target, LayerVectors.same(scaled)))),
        Runs.logits(
            model, PROMPT, Plan.of(new DirectionalAblation(target, LayerVectors.same(unit)))));
  }

  @Test
  void withAMeanTheProjectionBecomesThatOfTheMean() {
    LayerVectors direction = Vectors.random(WIDTH, 4);
    LayerVectors mean = Vectors.random(WIDTH, 5);
    Target target = Target.everywhere(HookSite.RESID_MID).inLayers(1);
    Plan plan = Plan.of(new DirectionalAblation(target, direction, Optional.of(mean)));
    HookPoint point = HookPoint.of(HookSite.RESID_MID, 1);
    float[] unit = direction.unitAt(0);

    float[] edited = Runs.captured(model, point, PROMPT, plan);
    float[] plain = Runs.captured(model, point, PROMPT);

    double wanted = Vectors.projections(mean.at(0), unit)[0];
    double[] before = Vectors.projections(plain, unit);
    for (int token = 0; token < PROMPT.length(); token++) {
      for (int i = 0; i < WIDTH; i++) {
        double expected = plain[token * WIDTH + i] + (wanted - before[token]) * unit[i];
        assertThat(edited[token * WIDTH + i]).isCloseTo((float) expected, within(1e-5f));
      }
    }
  }

  @Test
  void everyLayerHasItsOwnDirection() {
    LayerVectors directions = LayerVectors.perLayer(WIDTH, Vectors.numbers(3 * WIDTH, 6));
    Plan plan = Plan.of(new DirectionalAblation(Target.everywhere(HookSite.ATTN_OUT), directions));

    for (int layer = 0; layer < 3; layer++) {
      float[] edited = Runs.captured(model, HookPoint.of(HookSite.ATTN_OUT, layer), PROMPT, plan);
      float[] other = directions.unitAt((layer + 1) % 3);
      assertThat(Vectors.largestProjection(edited, directions.unitAt(layer))).isLessThan(1e-5);
      assertThat(Vectors.largestProjection(edited, other)).isGreaterThan(1e-3);
    }
  }

  @Test
  void aZeroDirectionIsRefused() {
    Plan plan =
        Plan.of(
            new DirectionalAblation(Target.residualStream(), LayerVectors.same(new float[WIDTH])));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, PROMPT, plan),
        "the direction of layer 0 is zero and has no projection");
  }

  @Test
  void aDirectionOfAnotherWidthIsRefusedWithBothWidths() {
    Plan plan =
        Plan.of(
            new DirectionalAblation(
                Target.everywhere(HookSite.RESID_POST), LayerVectors.same(1, 2, 3)));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, PROMPT, plan),
        "a vector of 3 numbers is used at blocks.0.hook_resid_post, which has 16 per token");
  }

  @Test
  void aMeanOfAnotherWidthIsRefused() {
    Plan plan =
        Plan.of(
            new DirectionalAblation(
                Target.everywhere(HookSite.RESID_POST),
                Vectors.random(WIDTH, 1),
                Optional.of(LayerVectors.same(1, 2))));

    Runs.assertRefused(
        ErrorCode.PLAN, () -> Runs.logits(model, PROMPT, plan), "a vector of 2 numbers");
  }

  @Test
  void aLayerThatTheModelDoesNotHaveIsRefused() {
    for (int layer : List.of(3, -1)) {
      Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(0, layer);
      Plan plan = Plan.of(new DirectionalAblation(target, Vectors.random(WIDTH, 1)));

      Runs.assertRefused(
          ErrorCode.PLAN,
          () -> Runs.logits(model, PROMPT, plan),
          "layer " + layer + " is edited, but the model has layers 0 to 2");
    }
  }

  @Test
  void directionsForFewerLayersThanAreEditedAreRefused() {
    LayerVectors two = LayerVectors.perLayer(WIDTH, Vectors.numbers(2 * WIDTH, 6));
    Plan plan = Plan.of(new DirectionalAblation(Target.everywhere(HookSite.ATTN_OUT), two));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, PROMPT, plan),
        "there are vectors for 2 layers, but layer 2 is edited");
  }
}
