package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardTest {
  private static final Prompt PROMPT = Prompt.of(TinyModel.ids(9, 5));
  private static final int VOCABULARY = 40;

  private final Map<String, LanguageModel> models = new HashMap<>();
  private LanguageModel model;

  @BeforeAll
  void load(@TempDir Path folder) {
    model = TinyModel.llama().load(folder);
    models.put("llama", model);
    models.put("gemma2", TinyModel.gemma2().load(folder));
    models.put("mixtral", TinyModel.mixtral().load(folder));
    models.put("phi3", TinyModel.phi3().load(folder));
  }

  @AfterAll
  void close() {
    models.values().forEach(LanguageModel::close);
  }

  /// JUnit would close a model that it is given as an argument.
  private LanguageModel model(String family) {
    return Objects.requireNonNull(models.get(family));
  }

  @Test
  void onlyWhatIsAskedForIsKept() {
    HookPoint asked = HookPoint.of(HookSite.MLP_OUT, 1);
    ForwardRequest request = ForwardRequest.captureOnly(List.of(asked), Positions.at(2, -1));
    try (ForwardResult result = model.forward(List.of(PROMPT), request);
        Scope scope = Scope.open()) {
      assertThat(result.activations().hookPoints()).containsExactly(asked);
      assertThat(result.activations().positions(asked, 0)).containsExactly(2, 8);
      assertThat(result.activations().row(asked, 0).shape()).containsExactly(2L, 16L);
      Runs.assertRefused(
          ErrorCode.PLAN, () -> result.logits(0), "the pass was not asked for logits");
      Runs.assertRefused(
          ErrorCode.PLAN,
          () -> result.activations().row(HookPoint.of(HookSite.Z, 0), 0),
          "nothing was kept at blocks.0.hook_z; kept: [blocks.1.hook_mlp_out]");
      Runs.assertRefused(
          ErrorCode.PLAN,
          () -> result.activations().stacked(asked),
          "2 tokens of row 0 were kept at blocks.1.hook_mlp_out, but one is needed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mixtral", "phi3"})
  void aPartOfAPassIsTheSameToTheLastBitAsInTheWholePass(String family) {
    LanguageModel each = model(family);
    for (HookSite site : List.of(HookSite.RESID_PRE, HookSite.RESID_MID, HookSite.RESID_POST)) {
      HookPoint point = HookPoint.of(site, 1);
      float[] whole = Runs.captured(each, point, PROMPT);
      ForwardRequest part =
          ForwardRequest.captureOnly(List.of(point), Positions.ALL).stoppingAfter(1);
      try (ForwardResult result = each.forward(List.of(PROMPT), part);
          Scope scope = Scope.open()) {
        assertThat(result.activations().row(point, 0).toFloats()).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mixtral", "phi3"})
  void theStreamAddsUp(String family) {
    LanguageModel each = model(family);
    for (int layer = 0; layer < 3; layer++) {
      float[] pre = Runs.captured(each, HookPoint.of(HookSite.RESID_PRE, layer), PROMPT);
      float[] attention = Runs.captured(each, HookPoint.of(HookSite.ATTN_OUT, layer), PROMPT);
      float[] mlp = Runs.captured(each, HookPoint.of(HookSite.MLP_OUT, layer), PROMPT);
      float[] sum = new float[pre.length];
      for (int i = 0; i < sum.length; i++) {
        sum[i] = pre[i] + attention[i] + mlp[i];
      }
      Runs.assertSame(sum, Runs.captured(each, HookPoint.of(HookSite.RESID_POST, layer), PROMPT));
    }
    assertThat(Runs.captured(each, HookPoint.of(HookSite.EMBED), PROMPT))
        .isEqualTo(Runs.captured(each, HookPoint.of(HookSite.RESID_PRE, 0), PROMPT));
  }

  @Test
  void theHeadRunsAtTheAskedPositionsOnly() {
    float[] all = Runs.logits(model, PROMPT);
    Prompt other = Prompt.of(TinyModel.ids(4, 6));
    ForwardRequest request = ForwardRequest.logitsAt(Positions.at(1, -1));
    try (ForwardResult result = model.forward(List.of(PROMPT, other), request);
        Scope scope = Scope.open()) {
      assertThat(result.logitPositions(0)).containsExactly(1, 8);
      assertThat(result.logitPositions(1)).containsExactly(1, 3);
      assertThat(result.logits(1).shape()).containsExactly(2L, (long) VOCABULARY);
      float[] some = result.logits(0).toFloats();
      Runs.assertSame(
          Arrays.copyOfRange(some, 0, VOCABULARY),
          Arrays.copyOfRange(all, VOCABULARY, 2 * VOCABULARY));
      Runs.assertSame(
          Arrays.copyOfRange(some, VOCABULARY, 2 * VOCABULARY),
          Arrays.copyOfRange(all, 8 * VOCABULARY, 9 * VOCABULARY));
      Runs.assertSame(
          Arrays.copyOf(result.lastLogits().toFloats(), VOCABULARY),
          Arrays.copyOfRange(all, 8 * VOCABULARY, 9 * VOCABULARY));
    }
  }

  @Test
  void logitsCannotBeKeptWhereThereIsNoHead() {
    HookPoint logits = HookPoint.of(HookSite.LOGITS);
    ForwardRequest without = ForwardRequest.captureOnly(List.of(logits), Positions.ALL);
    ForwardRequest stopped =
        ForwardRequest.logitsAt(Positions.ALL)
            .capturing(List.of(logits), Positions.ALL)
            .stoppingAfter(1);

    for (ForwardRequest request : List.of(without, stopped)) {
      Runs.assertRefused(
          ErrorCode.PLAN,
          () -> model.forward(List.of(PROMPT), request).close(),
          "logits cannot be kept: the pass runs layers 0 to",
          "and no head");
    }
  }

  @Test
  void layersThatAreNotRunCannotBeKept() {
    HookPoint later = HookPoint.of(HookSite.Z, 2);
    ForwardRequest request =
        ForwardRequest.captureOnly(List.of(later), Positions.ALL).stoppingAfter(1);

    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> model.forward(List.of(PROMPT), request).close(),
        "blocks.2.hook_z cannot be kept: the pass runs layers 0 to 1");
    Runs.assertRefused(
        ErrorCode.PLAN,
        () ->
            model
                .forward(
                    List.of(PROMPT),
                    ForwardRequest.captureOnly(List.of(HookPoint.of(HookSite.Z, 7)), Positions.ALL))
                .close(),
        "blocks.7.hook_z cannot be kept: the pass runs layers 0 to 2");
    for (int layer : List.of(-1, 3)) {
      Runs.assertRefused(
          ErrorCode.PLAN,
          () ->
              model
                  .forward(
                      List.of(PROMPT),
                      ForwardRequest.captureOnly(List.of(), Positions.ALL).stoppingAfter(layer))
                  .close(),
          "cannot stop after layer " + layer + ": the model has layers 0 to 2");
    }
  }

  @Test
  void readingChangesNoBit() {
    float[] plain = Runs.logits(model, PROMPT);
    List<HookPoint> points =
        Stream.of(HookSite.values())
            .filter(site -> site != HookSite.ATTN_SCORES && site != HookSite.PATTERN)
            .map(site -> HookPoint.of(site, site.perBlock() ? 1 : 0))
            .toList();
    ForwardRequest request =
        ForwardRequest.logitsAt(Positions.ALL).capturing(points, Positions.ALL);
    try (ForwardResult result = model.forward(List.of(PROMPT), request);
        Scope scope = Scope.open()) {
      assertThat(result.activations().hookPoints()).containsExactlyElementsOf(points);
      assertThat(result.logits(0).toFloats()).isEqualTo(plain);
      assertThat(result.activations().row(HookPoint.of(HookSite.LOGITS), 0).toFloats())
          .isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mixtral", "phi3"})
  void anEditLeavesNothingBehind(String family) {
    LanguageModel each = model(family);
    float[] before = Runs.logits(each, PROMPT);
    float[] edited = Runs.logits(each, PROMPT, Plan.of(new Scaling(Target.residualStream(), 0.5)));

    assertThat(Runs.logits(each, PROMPT)).isEqualTo(before);
    assertThat(edited).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mixtral", "phi3"})
  void rowsOfAnyLengthsAreAsIfAlone(String family) {
    LanguageModel each = model(family);
    List<Prompt> prompts =
        Stream.of(7, 1, 20, 7, 3, 13).map(n -> Prompt.of(TinyModel.ids(n, n))).toList();

    List<float[]> together = Runs.logits(each, prompts);
    List<float[]> reversed = Runs.logits(each, prompts.reversed());

    for (int row = 0; row < prompts.size(); row++) {
      float[] alone = Runs.logits(each, prompts.get(row));
      Runs.assertSame(together.get(row), alone);
      Runs.assertSame(reversed.get(prompts.size() - 1 - row), alone);
    }
  }

  @Test
  void aRowLongerThanABlockOfQueriesIsComputedAlike(@TempDir Path folder) {
    try (LanguageModel wide =
        TinyModel.gemma2().with("max_position_embeddings", 1000).load(folder)) {
      Prompt prompt = Prompt.of(TinyModel.ids(700, 1));
      HookPoint point = HookPoint.of(HookSite.PATTERN, 0);
      ForwardRequest whole =
          ForwardRequest.logitsAt(Positions.ALL).capturing(List.of(point), Positions.at(0));
      try (ForwardResult result = wide.forward(List.of(prompt), whole);
          Scope scope = Scope.open()) {
        Runs.assertSame(Runs.logits(wide, prompt), result.logits(0).toFloats());
      }
    }
  }

  @Test
  void aRowLongerThanTheContextIsRefusedWithBothNumbers() {
    Prompt tooLong = Prompt.of(TinyModel.ids(65, 1));

    Runs.assertRefused(
        ErrorCode.CONTEXT_LENGTH,
        () -> Runs.logits(model, List.of(PROMPT, tooLong)),
        "row 1 has 65 tokens, but the context of the model is 64");
    Runs.assertRefused(
        ErrorCode.CONTEXT_LENGTH,
        () -> new DecodingSession(model, List.of(PROMPT), List.of(), 56).close(),
        "row 0 has 9 tokens and 56 to come, but the context of the model is 64");
    assertThat(Runs.logits(model, Prompt.of(TinyModel.ids(64, 1)))).hasSize(64 * VOCABULARY);
  }

  @Test
  void tokensOutsideOfTheVocabularyAreRefused() {
    for (int id : List.of(-1, 40, Integer.MAX_VALUE)) {
      Runs.assertRefused(
          ErrorCode.TOKENIZER,
          () -> Runs.logits(model, List.of(PROMPT, Prompt.of(3, id))),
          "row 1 has token id " + id + ", but the model's vocabulary has ids 0 to 39");
    }
  }

  @Test
  void emptyRowsAndBatchesAreRefused() {
    Runs.assertRefused(
        ErrorCode.CONTEXT_LENGTH, () -> Prompt.of(), "a prompt needs at least one token");
    Runs.assertRefused(
        ErrorCode.CONTEXT_LENGTH,
        () -> Runs.logits(model, List.of()),
        "a batch needs at least one row");
    assertThatThrownBy(() -> new Prompt(new int[] {1, 2}, 3, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prompt length 3");
  }

  @Test
  void aStepNeedsAPrefillAndATokenPerRow() {
    try (DecodingSession session =
            new DecodingSession(model, List.of(PROMPT, PROMPT), List.of(), 2);
        Scope scope = Scope.open()) {
      Runs.assertRefused(
          ErrorCode.CONTEXT_LENGTH,
          () -> session.step(new int[] {1, 2}),
          "a step needs a prefill before it and one token for each of 2 active rows");
      assertThat(session.prefill().owner()).isSameAs(scope);
      Runs.assertRefused(ErrorCode.CONTEXT_LENGTH, () -> session.step(new int[] {1}), "got 1");
    }
  }

  @Test
  void passesAndTokensAreCounted() {
    Usage before = model.usage();

    assertThat(Runs.logits(model, List.of(PROMPT, Prompt.of(3, 4)))).hasSize(2);

    assertThat(model.usage().since(before)).isEqualTo(new Usage(1, 0, 11, 2, 0));
  }

  @Test
  void aModelThatIsNotThereIsRefused() {
    Runs.assertRefused(
        ErrorCode.NOT_FOUND,
        () -> ModelFiles.open(Path.of("no", "such", "model.gguf")).close(),
        "model.gguf does not exist");
  }
}
