package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttentionSitesTest {
  private static final Prompt PROMPT = Prompt.of(TinyModel.ids(7, 5));
  private static final Prompt OTHER = Prompt.of(TinyModel.ids(4, 6));
  private static final Map<HookSite, List<Long>> SHAPES =
      Map.of(
          HookSite.Q, List.of(7L, 4L, 4L),
          HookSite.K, List.of(7L, 2L, 4L),
          HookSite.V, List.of(7L, 2L, 4L),
          HookSite.Z, List.of(7L, 4L, 4L),
          HookSite.ATTN_SCORES, List.of(7L, 4L, 7L),
          HookSite.PATTERN, List.of(7L, 4L, 7L));

  private LanguageModel model;

  @BeforeAll
  void load(@TempDir Path folder) {
    model = TinyModel.gemma2().load(folder);
  }

  @AfterAll
  void close() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"Q", "K", "V", "Z", "ATTN_SCORES", "PATTERN"})
  void valuesHaveTheShapeOfTheSiteAndEditsReachTheLogits(HookSite site) {
    HookPoint point = HookPoint.of(site, 1);
    ForwardRequest request = ForwardRequest.captureOnly(List.of(point), Positions.ALL);
    try (ForwardResult result = model.forward(List.of(OTHER, PROMPT), request);
        Scope scope = Scope.open()) {
      assertThat(result.activations().row(point, 1).shape()).isEqualTo(SHAPES.get(site));
    }
    Target target = Target.everywhere(site).inLayers(1);
    // the norm after attention undoes a scaled z, and a squared score would unhide keys
    Plan plan =
        site == HookSite.ATTN_SCORES
            ? Plan.of(new Scaling(target, 0.5))
            : Plan.of(new Custom(target, "square", Tensor::square));

    List<float[]> edited = Runs.logits(model, List.of(OTHER, PROMPT), plan, plan);

    Runs.assertDifferent(edited.get(1), Runs.logits(model, PROMPT));
    Runs.assertSame(edited.get(1), Runs.logits(model, PROMPT, plan));
  }

  @Test
  void thePatternIsTheSoftmaxOfTheScoresAndHidesLaterAndFarKeys() {
    float[] scores = Runs.captured(model, HookPoint.of(HookSite.ATTN_SCORES, 0), PROMPT);
    float[] pattern = Runs.captured(model, HookPoint.of(HookSite.PATTERN, 0), PROMPT);
    int window = 4; // the first block slides
    for (int query = 0; query < 7; query++) {
      for (int head = 0; head < 4; head++) {
        int start = (query * 4 + head) * 7;
        double sum = 0;
        for (int key = 0; key < 7; key++) {
          sum += Math.exp(scores[start + key]);
        }
        for (int key = 0; key < 7; key++) {
          boolean hidden = key > query || key <= query - window;
          assertThat(pattern[start + key])
              .isCloseTo((float) (Math.exp(scores[start + key]) / sum), within(1e-6f));
          assertThat(scores[start + key] == Float.NEGATIVE_INFINITY).isEqualTo(hidden);
          assertThat(Math.abs(scores[start + key]) <= 4.0).isEqualTo(!hidden);
        }
      }
    }
  }

  @Test
  void askingForThePatternChangesTheLogitsByRoundingOnly() {
    float[] plain = Runs.logits(model, PROMPT);
    ForwardRequest request =
        ForwardRequest.logitsAt(Positions.ALL)
            .capturing(HookPoint.inAllBlocks(HookSite.PATTERN, 3), Positions.ALL);
    try (ForwardResult result = model.forward(List.of(PROMPT), request);
        Scope scope = Scope.open()) {
      Runs.assertSame(result.logits(0).toFloats(), plain);
    }
  }

  @Test
  void knockingOutAHeadRemovesItsShareOfZOnly() {
    Plan plan = Plan.of(new Scaling(Target.everywhere(HookSite.PATTERN).inLayers(0), 0));

    assertThat(Runs.captured(model, HookPoint.of(HookSite.Z, 0), PROMPT, plan)).containsOnly(0);
  }

  @Test
  void zIsThePatternTimesTheValues() {
    float[] pattern = Runs.captured(model, HookPoint.of(HookSite.PATTERN, 2), PROMPT);
    float[] values = Runs.captured(model, HookPoint.of(HookSite.V, 2), PROMPT);
    float[] z = Runs.captured(model, HookPoint.of(HookSite.Z, 2), PROMPT);
    for (int query = 0; query < 7; query++) {
      for (int head = 0; head < 4; head++) {
        for (int i = 0; i < 4; i++) {
          double sum = 0;
          for (int key = 0; key < 7; key++) {
            sum += pattern[(query * 4 + head) * 7 + key] * values[(key * 2 + head / 2) * 4 + i];
          }
          assertThat(z[(query * 4 + head) * 4 + i]).isCloseTo((float) sum, within(1e-5f));
        }
      }
    }
  }

  @Test
  void scoresOfOneQueryCanBeEdited() {
    Plan plan =
        Plan.of(
            new Scaling(
                Target.everywhere(HookSite.ATTN_SCORES).inLayers(2).at(Positions.at(3)), 1e-6));

    float[] pattern = Runs.captured(model, HookPoint.of(HookSite.PATTERN, 2), PROMPT, plan);
    float[] plain = Runs.captured(model, HookPoint.of(HookSite.PATTERN, 2), PROMPT);

    for (int key = 0; key < 7; key++) {
      assertThat(pattern[2 * 28 + key]).isEqualTo(plain[2 * 28 + key]);
    }
    for (int key = 0; key < 7; key++) {
      // the edited query looks at everything before it alike; what is hidden stays hidden
      float alike = key <= 3 ? 0.25f : 0;
      assertThat(pattern[3 * 28 + key]).isCloseTo(alike, within(1e-5f));
    }
  }
}
