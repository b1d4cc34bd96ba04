package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.DecodingSession;
import org.demur.model.ForwardRequest;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SelectionTest {
  private static final int WIDTH = 16;
  private static final HookPoint POINT = HookPoint.of(HookSite.RESID_MID, 1);
  private static final Target AT_POINT = Target.everywhere(HookSite.RESID_MID).inLayers(1);
  // seven tokens of prompt, of which the fifth ends the user's text, and two generated ones
  private static final Prompt ANSWERED = new Prompt(TinyModel.ids(9, 5), 7, 4);

  private LanguageModel model;

  @BeforeAll
  void load(@TempDir Path folder) {
    model = TinyModel.gemma2().load(folder);
  }

  @AfterAll
  void close() {
    model.close();
  }

  private List<Integer> touched(Positions positions) {
    Plan plan = Plan.of(new Scaling(AT_POINT.at(positions), 2));
    float[] edited = Runs.captured(model, POINT, ANSWERED, plan);
    float[] plain = Runs.captured(model, POINT, ANSWERED);
    List<Integer> touched = new ArrayList<>();
    for (int token = 0; token < ANSWERED.length(); token++) {
      float[] was = Arrays.copyOfRange(plain, token * WIDTH, (token + 1) * WIDTH);
      if (!Arrays.equals(was, Arrays.copyOfRange(edited, token * WIDTH, (token + 1) * WIDTH))) {
        touched.add(token);
      }
    }
    assertThat(Runs.receipts(model, ANSWERED, plan))
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.tokens()).isEqualTo(touched.size()));
    return touched;
  }

  @Test
  void positionsSelectTheTokensThatTheyName() {
    assertThat(touched(Positions.ALL)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(touched(Positions.PROMPT)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(touched(Positions.LAST_PROMPT)).containsExactly(6);
    assertThat(touched(Positions.T_INST)).containsExactly(4);
    assertThat(touched(Positions.GENERATED)).containsExactly(7, 8);
    assertThat(touched(Positions.at(0, 8))).containsExactly(0, 8);
    assertThat(touched(Positions.at(-1, -7, 2))).containsExactly(0, 2, 6);
  }

  @Test
  void anUnknownEndOfTheUsersTextIsRefused() {
    Plan plan = Plan.of(new Scaling(AT_POINT.at(Positions.T_INST), 2));

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Runs.logits(model, Prompt.of(5, 6, 7), plan),
        "positions t-inst need a chat prompt");
  }

  @Test
  void rowsAndMaskSelectRowsTogether() {
    List<Prompt> prompts =
        List.of(
            Prompt.of(TinyModel.ids(5, 1)),
            Prompt.of(TinyModel.ids(8, 2)),
            Prompt.of(TinyModel.ids(3, 3)),
            Prompt.of(TinyModel.ids(8, 4)));
    LayerVectors direction = Vectors.random(WIDTH, 1);
    Plan everywhere = Plan.of(new DirectionalAblation(Target.residualStream(), direction));
    Target some = Target.residualStream().inRows(0, 1, 3).masked(List.of(true, false, true, true));
    Plan plan = Plan.of(new DirectionalAblation(some, direction));

    List<float[]> plain = Runs.logits(model, prompts);
    List<float[]> all = Runs.logits(model, prompts, everywhere);
    List<float[]> chosen = Runs.logits(model, prompts, plan);

    Runs.assertSame(chosen.get(0), all.get(0));
    Runs.assertSame(chosen.get(1), plain.get(1));
    Runs.assertSame(chosen.get(2), plain.get(2));
    Runs.assertSame(chosen.get(3), all.get(3));
    Runs.assertDifferent(all.get(3), plain.get(3));
  }

  @Test
  void rowsWithDifferentPlansEqualTheirOwnRuns() {
    List<Prompt> prompts =
        List.of(
            new Prompt(TinyModel.ids(5, 1), 4, 2),
            new Prompt(TinyModel.ids(8, 2), 8, 5),
            new Prompt(TinyModel.ids(5, 3), 5, 1),
            new Prompt(TinyModel.ids(6, 4), 3, 0));
    LayerVectors direction = Vectors.random(WIDTH, 1);
    Intervention ablation = new DirectionalAblation(Target.residualStream(), direction);
    List<Plan> plans =
        List.of(
            Plan.of(ablation),
            Plan.NONE,
            Plan.of(new ActivationAddition(AT_POINT.at(Positions.T_INST), direction, 3), ablation),
            Plan.of(
                ablation,
                new Scaling(Target.everywhere(HookSite.V).at(Positions.GENERATED), -1),
                new ActivationAddition(AT_POINT, Vectors.random(WIDTH, 2), 1)));

    List<float[]> together = Runs.logits(model, prompts, plans.toArray(Plan[]::new));

    for (int row = 0; row < prompts.size(); row++) {
      Runs.assertSame(together.get(row), Runs.logits(model, prompts.get(row), plans.get(row)));
    }
    Runs.assertDifferent(together.get(3), Runs.logits(model, prompts.get(3)));
  }

  @Test
  void cachedDecodingEditsAsAnUncachedRun() {
    List<Prompt> prompts =
        List.of(new Prompt(TinyModel.ids(5, 1), 5, 2), new Prompt(TinyModel.ids(9, 2), 9, 6));
    LayerVectors direction = Vectors.random(WIDTH, 1);
    List<Positions> selections =
        List.of(
            Positions.ALL,
            Positions.PROMPT,
            Positions.LAST_PROMPT,
            Positions.T_INST,
            Positions.GENERATED,
            Positions.at(0, -2, 10));
    for (Positions positions : selections) {
      Plan plan =
          Plan.of(
              new DirectionalAblation(Target.residualStream().at(positions), direction),
              new Scaling(Target.everywhere(HookSite.Z).inLayers(2).at(positions), 0.5),
              new Scaling(Target.everywhere(HookSite.K).inLayers(0).at(positions), -1));
      int[][] more = {{11, 12}, {13, 14}, {15, 16}};
      float[] cached;
      try (DecodingSession session =
          new DecodingSession(model, prompts, List.of(plan, Plan.NONE), 4)) {
        assertThat(session.activeRows()).containsExactly(0, 1);
        decode(session, new int[0][]);
        cached = decode(session, more);
      }
      List<Prompt> whole = new ArrayList<>();
      for (int row = 0; row < 2; row++) {
        Prompt prompt = prompts.get(row);
        int[] ids = Arrays.copyOf(prompt.ids(), prompt.length() + more.length);
        for (int step = 0; step < more.length; step++) {
          ids[prompt.length() + step] = more[step][row];
        }
        whole.add(new Prompt(ids, prompt.promptLength(), prompt.tInst()));
      }
      float[] uncached = last(Runs.logits(model, whole, plan, Plan.NONE));
      Runs.assertSame(cached, uncached);
      Runs.assertDifferent(uncached, last(Runs.logits(model, whole)));
    }
  }

  /// Logits after a prefill, or after the given steps.
  private static float[] decode(DecodingSession session, int[][] steps) {
    float[] logits = {};
    if (steps.length == 0) {
      try (Scope scope = Scope.open()) {
        logits = session.prefill().toFloats();
      }
    }
    for (int[] step : steps) {
      try (Scope scope = Scope.open()) {
        logits = session.step(step).toFloats();
      }
    }
    return logits;
  }

  /// The last token's logits of all rows, one after the other.
  private static float[] last(List<float[]> rows) {
    int vocabulary = 40;
    float[] all = new float[rows.size() * vocabulary];
    for (int row = 0; row < rows.size(); row++) {
      float[] own = rows.get(row);
      System.arraycopy(own, own.length - vocabulary, all, row * vocabulary, vocabulary);
    }
    return all;
  }

  @Test
  void anEditThatTouchedNoTokenFailsTheRunAndIsNamed() {
    Plan plan =
        Plan.of(
            new Scaling(AT_POINT, 2),
            new DirectionalAblation(AT_POINT.at(Positions.GENERATED), Vectors.random(WIDTH, 1)));

    Runs.assertRefused(
        ErrorCode.INTERVENTION_UNUSED,
        () -> Runs.logits(model, Prompt.of(5, 6, 7), plan),
        "intervention 1 (ablate) touched no token at blocks.1.hook_resid_mid",
        "positions generated",
        "3 of 3 blocks run");
  }

  @Test
  void anEditOfARowThatIsNotThereFailsTheRun() {
    Plan plan = Plan.of(new Scaling(AT_POINT.inRows(5), 2));

    Runs.assertRefused(
        ErrorCode.INTERVENTION_UNUSED,
        () -> Runs.logits(model, Prompt.of(5, 6, 7), plan),
        "intervention 0 (scale) touched no token",
        "0 rows selected");
  }

  @Test
  void stoppingBeforeTheEditFailsTheRun() {
    Plan plan = Plan.of(new Scaling(Target.everywhere(HookSite.RESID_PRE).inLayers(2), 2));
    ForwardRequest request =
        ForwardRequest.captureOnly(List.of(POINT), Positions.ALL).with(plan).stoppingAfter(1);

    Runs.assertRefused(
        ErrorCode.INTERVENTION_UNUSED,
        () -> model.forward(List.of(ANSWERED), request).close(),
        "intervention 0 (scale) touched no token at blocks.2.hook_resid_pre",
        "2 of 3 blocks run");
  }

  @Test
  void stoppingBetweenTwoEditedLayersIsFine() {
    Plan plan = Plan.of(new Scaling(Target.everywhere(HookSite.RESID_PRE), 2));
    ForwardRequest request =
        ForwardRequest.captureOnly(List.of(POINT), Positions.ALL).with(plan).stoppingAfter(1);

    try (var result = model.forward(List.of(ANSWERED), request)) {
      assertThat(result.receipts())
          .extracting(Receipt::hookPoint, Receipt::tokens)
          .contains(
              org.assertj.core.groups.Tuple.tuple(HookPoint.of(HookSite.RESID_PRE, 0), 9L),
              org.assertj.core.groups.Tuple.tuple(HookPoint.of(HookSite.RESID_PRE, 1), 9L));
    }
  }
}
