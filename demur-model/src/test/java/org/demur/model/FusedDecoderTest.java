package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;
import org.demur.model.intervention.Target;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.kernel.Kernels;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Passes through the kernels against passes through libtorch's operations: whoever looks at a
/// query takes the second way.
class FusedDecoderTest {
  @TempDir private Path folder;

  @BeforeAll
  static void kernels() {
    assumeTrue(Kernels.available(), "this processor's vectors are too short for the kernels");
  }

  private static List<Prompt> rows() {
    List<Prompt> rows = new ArrayList<>();
    for (int length : new int[] {1, 7, 7, 40}) {
      rows.add(
          Prompt.of(IntStream.range(0, length).map(i -> 3 + (i * 17 + length) % 36).toArray()));
    }
    return rows;
  }

  private static float[] run(LanguageModel model, List<Prompt> rows, Plan plan, boolean plain) {
    int nLayers = model.architecture().dimensions().nLayers();
    List<HookPoint> points = new ArrayList<>(HookPoint.inAllBlocks(HookSite.RESID_PRE, nLayers));
    points.add(HookPoint.of(HookSite.ATTN_OUT, 0));
    points.add(HookPoint.of(HookSite.RESID_MID, 1));
    points.add(HookPoint.of(HookSite.MLP_OUT, 1));
    points.add(HookPoint.of(HookSite.RESID_POST, nLayers - 1));
    List<HookPoint> wanted = new ArrayList<>(points);
    if (plain) {
      wanted.add(HookPoint.of(HookSite.Q, 0));
    }
    ForwardRequest request =
        ForwardRequest.logitsAt(Positions.ALL).capturing(wanted, Positions.ALL).with(plan);
    List<Float> all = new ArrayList<>();
    try (ForwardResult result = model.forward(rows, request);
        Scope scope = Scope.open()) {
      for (int row = 0; row < rows.size(); row++) {
        for (HookPoint point : points) {
          add(all, result.activations().row(point, row).toFloats());
        }
        add(all, result.logits(row).toFloats());
      }
    }
    float[] array = new float[all.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = all.get(i);
    }
    return array;
  }

  private static void add(List<Float> all, float... values) {
    for (float value : values) {
      all.add(value);
    }
  }

  private static Plan ablation(LanguageModel model) {
    return Plan.of(
        new DirectionalAblation(
            Target.everywhere(HookSite.RESID_PRE), FamilyModels.direction(model)));
  }

  @TestFactory
  Stream<DynamicTest> bothWaysGiveTheSame() throws IOException {
    return FamilyModels.inEveryType(FusedDecoderTest::same);
  }

  private static void same(LanguageModel model, DType type) {
    double bound = type == DType.BFLOAT16 ? 3e-2 : 1e-5;
    for (Plan plan : List.of(Plan.NONE, ablation(model))) {
      for (List<Prompt> rows : List.of(rows(), rows().subList(0, 1))) {
        assertThat(
                FamilyModels.difference(
                    run(model, rows, plan, true), run(model, rows, plan, false)))
            .isLessThan(bound);
      }
    }
  }

  private static List<Receipt> receipts(LanguageModel model, Plan plan, boolean plain) {
    List<HookPoint> points =
        plain ? List.of(HookPoint.of(HookSite.Q, 0)) : List.of(HookPoint.of(HookSite.EMBED));
    ForwardRequest request = ForwardRequest.captureOnly(points, Positions.ALL).with(plan);
    try (ForwardResult result = model.forward(rows(), request)) {
      return result.receipts();
    }
  }

  @Test
  void editsInPlaceHaveTheReceiptsOfOthers() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      int width = model.architecture().dimensions().dModel();
      float[] values = new float[width];
      for (int i = 0; i < width; i++) {
        values[i] = 0.1f * i - 1;
      }
      LayerVectors vector = LayerVectors.same(values);
      Target target = Target.everywhere(HookSite.RESID_PRE, HookSite.MLP_OUT);
      Plan plan =
          Plan.of(
              new ActivationAddition(target, vector, 0.3),
              new DirectionalAblation(
                  Target.everywhere(HookSite.RESID_MID).inRows(1, 2),
                  vector,
                  Optional.of(LayerVectors.same(values))));
      List<Receipt> plain = receipts(model, plan, true);
      List<Receipt> inPlace = receipts(model, plan, false);

      assertThat(inPlace).hasSameSizeAs(plain);
      for (int i = 0; i < plain.size(); i++) {
        Receipt expected = plain.get(i);
        Receipt found = inPlace.get(i);
        assertThat(found.hookPoint()).isEqualTo(expected.hookPoint());
        assertThat(found.tokens()).isEqualTo(expected.tokens());
        assertThat(found.calls()).isEqualTo(expected.calls());
        assertThat(found.meanRelativeChange())
            .isCloseTo(expected.meanRelativeChange(), within(1e-5));
        assertThat(found.meanProjectionBefore().orElseThrow())
            .isCloseTo(expected.meanProjectionBefore().orElseThrow(), within(1e-4));
        assertThat(found.meanProjectionAfter().orElseThrow())
            .isCloseTo(expected.meanProjectionAfter().orElseThrow(), within(1e-4));
      }
    }
  }

  @Test
  void cachedTokensGiveWhatAWholePassGives() {
    try (LanguageModel model = TinyModel.gemma2().load(folder)) {
      List<Prompt> rows = rows();
      try (DecodingSession session = new DecodingSession(model, rows, List.of(), 4);
          Scope scope = Scope.open()) {
        session.prefill();
        float[] stepped = session.step(new int[] {5, 6, 7, 8}).toFloats();
        List<Prompt> longer = new ArrayList<>();
        int[] active = session.activeRows();
        for (int place = 0; place < active.length; place++) {
          int[] ids = rows.get(active[place]).ids();
          int[] more = Arrays.copyOf(ids, ids.length + 1);
          more[ids.length] = 5 + place;
          longer.add(Prompt.of(more));
        }
        try (ForwardResult whole =
            model.forward(longer, ForwardRequest.logitsAt(Positions.LAST_PROMPT))) {
          assertThat(FamilyModels.difference(whole.lastLogits().toFloats(), stepped))
              .isLessThan(1e-5);
        }
      }
    }
  }

  @Test
  void whatWasKeptDoesNotChangeWithTheStreamItCameFrom() {
    try (LanguageModel model = TinyModel.llama().load(folder)) {
      HookPoint first = HookPoint.of(HookSite.RESID_PRE, 0);
      HookPoint embed = HookPoint.of(HookSite.EMBED);
      List<Prompt> rows = rows();
      ForwardRequest request = ForwardRequest.captureOnly(List.of(first, embed), Positions.ALL);
      try (ForwardResult result = model.forward(rows, request);
          Scope scope = Scope.open()) {
        for (int row = 0; row < rows.size(); row++) {
          assertThat(result.activations().row(first, row).toFloats())
              .isEqualTo(result.activations().row(embed, row).toFloats());
        }
      }
      assertThat(Set.of(first, embed)).hasSize(2);
    }
  }
}
