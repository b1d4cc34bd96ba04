package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.demur.core.ErrorCode;
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
import org.demur.model.intervention.Intervention.Replacement;
import org.demur.model.intervention.Intervention.Scaling;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditTest {
  private static final int WIDTH = 16;
  private static final Prompt PROMPT = Prompt.of(TinyModel.ids(9, 5));
  private static final HookPoint MIDDLE = HookPoint.of(HookSite.RESID_PRE, 1);
  private static final Target AT_MIDDLE = Target.everywhere(HookSite.RESID_PRE).inLayers(1);

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
  void additionMovesEveryTokenByTheScaledVector() {
    LayerVectors vector = Vectors.random(WIDTH, 1);
    Plan plan = Plan.of(new ActivationAddition(AT_MIDDLE, vector, -1.5));

    float[] edited = Runs.captured(model, MIDDLE, PROMPT, plan);
    float[] plain = Runs.captured(model, MIDDLE, PROMPT);

    for (int i = 0; i < plain.length; i++) {
      float expected = plain[i] - 1.5f * vector.at(1)[i % WIDTH];
      assertThat(edited[i]).isCloseTo(expected, within(1e-5f));
    }
  }

  @Test
  void additionIsUndoneBySubtraction() {
    LayerVectors vector = Vectors.random(WIDTH, 1);
    Intervention there = new ActivationAddition(AT_MIDDLE, vector, 2);
    Intervention back = new ActivationAddition(AT_MIDDLE, vector, -2);
    float[] plain = Runs.logits(model, PROMPT);

    Runs.assertSame(Runs.logits(model, PROMPT, Plan.of(there, back)), plain);
    Runs.assertDifferent(Runs.logits(model, PROMPT, Plan.of(there)), plain);
  }

  @Test
  void theStreamOfAnotherRunPatchedInGivesThatRunsLogits() {
    Prompt other = Prompt.of(TinyModel.ids(9, 6));
    float[] donor = Runs.captured(model, HookPoint.of(HookSite.RESID_POST, 1), other);
    Target target = Target.everywhere(HookSite.RESID_POST).inLayers(1);
    Plan plan = Plan.of(new Replacement(target, LayerVectors.perLayer(WIDTH, donor), true));

    assertThat(Runs.logits(model, PROMPT, plan)).isEqualTo(Runs.logits(model, other));
    Runs.assertDifferent(Runs.logits(model, PROMPT), Runs.logits(model, other));
  }

  @Test
  void patchesForAnotherNumberOfTokensAreRefused() {
    Plan plan =
        Plan.of(
            new Replacement(
                AT_MIDDLE.at(Positions.at(2, 3)),
                LayerVectors.perLayer(WIDTH, Vectors.numbers(3 * WIDTH, 1)),
                true));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, PROMPT, plan),
        "blocks.1.hook_resid_pre: 2 tokens of 1 rows are replaced",
        "vectors for 3 tokens per row are given");
  }

  @Test
  void replacementPutsTheVectorInPlaceAndNothingElse() {
    LayerVectors vector = Vectors.random(WIDTH, 7);
    Plan plan = Plan.of(new Replacement(AT_MIDDLE.at(Positions.at(4)), vector));

    float[] edited = Runs.captured(model, MIDDLE, PROMPT, plan);
    float[] plain = Runs.captured(model, MIDDLE, PROMPT);

    for (int i = 0; i < plain.length; i++) {
      boolean touched = i / WIDTH == 4;
      assertThat(edited[i]).isEqualTo(touched ? vector.at(1)[i % WIDTH] : plain[i]);
    }
  }

  @Test
  void replacementOverwritesAlsoWhatIsNotANumber() {
    LayerVectors vector = Vectors.random(WIDTH, 7);
    Intervention broken = new Custom(AT_MIDDLE, "break", h -> h.multiply(Double.POSITIVE_INFINITY));
    Plan plan = Plan.of(broken, new Replacement(AT_MIDDLE, vector));

    assertThat(Runs.captured(model, MIDDLE, PROMPT, plan)).startsWith(vector.at(1));
  }

  @Test
  void scalingMultiplies() {
    Plan plan = Plan.of(new Scaling(AT_MIDDLE, 0.5));

    float[] edited = Runs.captured(model, MIDDLE, PROMPT, plan);
    float[] plain = Runs.captured(model, MIDDLE, PROMPT);

    for (int i = 0; i < plain.length; i++) {
      assertThat(edited[i]).isEqualTo(plain[i] / 2);
    }
  }

  @Test
  void aFunctionSeesTheTouchedTokensOnly() {
    Intervention custom =
        new Custom(
            AT_MIDDLE.at(Positions.at(0, -1)),
            "negate",
            h -> {
              assertThat(h.shape()).containsExactly(2L, (long) WIDTH);
              return h.multiply(-1);
            });

    float[] edited = Runs.captured(model, MIDDLE, PROMPT, Plan.of(custom));
    float[] plain = Runs.captured(model, MIDDLE, PROMPT);

    for (int i = 0; i < plain.length; i++) {
      int token = i / WIDTH;
      boolean touched = token == 0 || token == PROMPT.length() - 1;
      assertThat(edited[i]).isEqualTo(touched ? -plain[i] : plain[i]);
    }
  }

  @Test
  void aFunctionThatReturnsWhatItGotChangesNothing() {
    Intervention custom = new Custom(AT_MIDDLE, "look", h -> h);

    assertThat(Runs.logits(model, PROMPT, Plan.of(custom))).isEqualTo(Runs.logits(model, PROMPT));
  }

  @Test
  void aFunctionThatChangesTheShapeIsRefusedWithItsName() {
    Intervention custom = new Custom(AT_MIDDLE, "shorten", h -> h.narrow(1, 0, 3));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, PROMPT, Plan.of(custom)),
        "function shorten at blocks.1.hook_resid_pre returned shape [9, 3] for [9, 16]");
  }

  @Test
  void interventionsActInTheOrderOfThePlan() {
    LayerVectors vector = Vectors.random(WIDTH, 1);
    Intervention add = new ActivationAddition(AT_MIDDLE, vector, 1);
    Intervention doubled = new Scaling(AT_MIDDLE, 2);

    float[] plain = Runs.captured(model, MIDDLE, PROMPT);
    float[] addFirst = Runs.captured(model, MIDDLE, PROMPT, Plan.of(add, doubled));
    float[] addLast = Runs.captured(model, MIDDLE, PROMPT, Plan.of(doubled, add));

    for (int i = 0; i < plain.length; i++) {
      float v = vector.at(1)[i % WIDTH];
      assertThat(addFirst[i]).isCloseTo(2 * (plain[i] + v), within(1e-5f));
      assertThat(addLast[i]).isCloseTo(2 * plain[i] + v, within(1e-5f));
    }
  }

  @Test
  void editsOfLogitsAndFinalNormTakeEffect() {
    float[] plain = Runs.logits(model, PROMPT);
    Plan logits = Plan.of(new Scaling(Target.everywhere(HookSite.LOGITS), 3));
    Plan norm = Plan.of(new Scaling(Target.everywhere(HookSite.FINAL_NORM), 3));

    float[] tripled = new float[plain.length];
    for (int i = 0; i < plain.length; i++) {
      tripled[i] = 3 * plain[i];
    }
    Runs.assertSame(Runs.logits(model, PROMPT, logits), tripled);
    Runs.assertSame(Runs.logits(model, PROMPT, norm), tripled);
  }

  @Test
  void anEmptyPlanLeavesEveryBitAsItWas() {
    assertThat(Runs.logits(model, PROMPT, Plan.NONE)).isEqualTo(Runs.logits(model, PROMPT));
  }

  @Test
  void aTargetWithoutSitesIsRefused() {
    Runs.assertRefused(
        ErrorCode.PLAN, () -> Target.everywhere(), "an intervention needs at least one hook site");
  }

  @Test
  void vectorsThatAreNoVectorsAreRefused() {
    Runs.assertRefused(ErrorCode.PLAN, () -> LayerVectors.same(), "0 numbers do not make whole");
    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> LayerVectors.perLayer(2, 1, 2, 3),
        "3 numbers do not make whole vectors of 2");
    Runs.assertRefused(ErrorCode.PLAN, () -> LayerVectors.same(1, Float.NaN), "a vector holds NaN");
  }

  @Test
  void differentPlansPerRowNeedAsManyPlansAsRows() {
    List<Prompt> three = List.of(PROMPT, PROMPT, PROMPT);
    Plan plan = Plan.of(new DirectionalAblation(AT_MIDDLE, Vectors.random(WIDTH, 1)));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, three, plan, plan),
        "2 plans for 3 rows; give one, or one for each row");
  }
}
