package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPrefixTest {
  private static final int PREFIX = 20;

  private static LanguageModel load(String name) {
    return LanguageModel.load(
        SharedFixtures.repositoryRoot().resolve("golden/models").resolve(name),
        DType.FLOAT32,
        Device.CPU);
  }

  /// Rows of different lengths that begin with the same tokens.
  private static List<Prompt> prompts() {
    SplittableRandom random = new SplittableRandom(4);
    int[] prefix = random.ints(PREFIX, 3, 90).toArray();
    List<Prompt> prompts = new ArrayList<>();
    for (int length : new int[] {7, 3, 12, 7, 1}) {
      int[] ids = Arrays.copyOf(prefix, PREFIX + length);
      for (int i = 0; i < length; i++) {
        // The first own token differs between rows, so that no more is shared than meant.
        ids[PREFIX + i] = i == 0 ? 10 + prompts.size() : random.nextInt(3, 90);
      }
      prompts.add(Prompt.of(ids, ids.length - 1));
    }
    return prompts;
  }

  private static Plan ablation(LanguageModel model) {
    float[] direction = new float[model.architecture().dimensions().dModel()];
    Arrays.fill(direction, 0, 5, 1);
    return Plan.of(new DirectionalAblation(Target.residualStream(), LayerVectors.same(direction)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "mixtral"})
  void rowsHaveTheValuesThatTheyHaveAlone(String name) {
    try (LanguageModel model = load(name)) {
      int nLayers = model.architecture().dimensions().nLayers();
      for (Plan plan : List.of(Plan.NONE, ablation(model))) {
        ForwardRequest request =
            ForwardRequest.logitsAt(Positions.LAST_PROMPT)
                .capturing(HookPoint.inAllBlocks(HookSite.RESID_POST, nLayers), Positions.at(-1))
                .with(plan);
        assertThat(SharedPrefix.length(prompts(), request, model.architecture())).isEqualTo(PREFIX);
        Usage before = model.usage();
        try (ForwardResult together = model.forward(prompts(), request);
            Scope scope = Scope.open()) {
          assertThat(model.usage().since(before).tokens()).isEqualTo(PREFIX + 30);
          for (int row = 0; row < prompts().size(); row++) {
            try (ForwardResult alone = model.forward(List.of(prompts().get(row)), request)) {
              assertClose(together.logits(row).toFloats(), alone.logits(0).toFloats());
              HookPoint last = HookPoint.of(HookSite.RESID_POST, nLayers - 1);
              assertClose(
                  together.activations().row(last, row).toFloats(),
                  alone.activations().row(last, 0).toFloats());
            }
          }
        }
      }
    }
  }

  @Test
  void answersAreThoseOfRowsAlone() {
    try (LanguageModel model = load("llama")) {
      GenerationRequest request =
          GenerationRequest.greedy(8, Set.of()).with(List.of(ablation(model)));
      Generator generator = new Generator(model, Optional.empty());
      Generated together = generator.generate(prompts(), request);
      for (int row = 0; row < prompts().size(); row++) {
        Generated alone = generator.generate(List.of(prompts().get(row)), request);
        assertThat(together.rows().get(row).ids()).isEqualTo(alone.rows().getFirst().ids());
      }
    }
  }

  @Test
  void nothingIsSharedThatIsReadOrEditedRowByRow() {
    try (LanguageModel model = load("llama")) {
      List<HookPoint> point = List.of(HookPoint.of(HookSite.RESID_PRE, 0));
      assertThat(length(model, ForwardRequest.captureOnly(point, Positions.ALL))).isZero();
      assertThat(length(model, ForwardRequest.captureOnly(point, Positions.at(9)))).isEqualTo(9);
      assertThat(length(model, ForwardRequest.logitsAt(Positions.PROMPT))).isZero();
      ForwardRequest last = ForwardRequest.logitsAt(Positions.LAST_PROMPT);
      assertThat(length(model, last)).isEqualTo(PREFIX);
      assertThat(length(model, last.recorded())).isZero();
      assertThat(length(model, last.with(Plan.NONE, Plan.NONE))).isZero();
      LayerVectors vector = LayerVectors.same(new float[] {1});
      Plan oneRow = Plan.of(new DirectionalAblation(Target.residualStream().inRows(0), vector));
      assertThat(length(model, last.with(oneRow))).isZero();
      LayerVectors twoTokens = LayerVectors.perLayer(1, 1, 2);
      Target twoPlaces = Target.everywhere(HookSite.RESID_PRE).at(Positions.at(3, PREFIX));
      Plan perToken = Plan.of(new ActivationAddition(twoPlaces, twoTokens, 1, true));
      assertThat(length(model, last.with(perToken))).isZero();
      assertThat(SharedPrefix.length(prompts().subList(0, 1), last, model.architecture())).isZero();
    }
  }

  private static int length(LanguageModel model, ForwardRequest request) {
    return SharedPrefix.length(prompts(), request, model.architecture());
  }

  private static void assertClose(float[] found, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }
}
