package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.model.decoder.Decoder;
import org.demur.model.decoder.KvCache;
import org.demur.model.decoder.LowRank;
import org.demur.model.decoder.Projection;
import org.demur.model.decoder.TokenBatch;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;
import org.demur.model.intervention.Target;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.Kernels;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Passes whose last block leaves out tokens that nobody asks for, against libtorch's operations on
/// all tokens: whoever looks at a query takes that way.
class LastBlockTest {
  private static final HookSite[] INNER = {
    HookSite.RESID_PRE, HookSite.ATTN_OUT, HookSite.RESID_MID, HookSite.MLP_OUT, HookSite.RESID_POST
  };

  @TempDir private Path folder;

  @BeforeAll
  static void kernels() {
    assumeTrue(Kernels.available(), "this processor's vectors are too short for the kernels");
  }

  private static List<Prompt> rows() {
    List<Prompt> rows = new ArrayList<>();
    for (int length : new int[] {40, 1, 7, 23, 7}) {
      rows.add(
          Prompt.of(IntStream.range(0, length).map(i -> 3 + (i * 17 + length) % 36).toArray()));
    }
    return rows;
  }

  /// Wide enough for the kernels of every processor.
  private LanguageModel load(TinyModel model) {
    return model
        .with("hidden_size", 64)
        .with("head_dim", 16)
        .with("intermediate_size", 96)
        .load(folder);
  }

  private static List<HookPoint> points(int last) {
    List<HookPoint> points = new ArrayList<>();
    for (HookSite site : INNER) {
      points.addAll(HookPoint.inAllBlocks(site, last + 1));
    }
    return points;
  }

  private static ForwardRequest lookingAtAQuery(ForwardRequest request) {
    List<HookPoint> more = new ArrayList<>(request.capture());
    more.add(HookPoint.of(HookSite.Q, 0));
    return request.capturing(more, request.captureAt());
  }

  private record Seen(Map<String, float[]> values, List<Receipt> receipts) {}

  private static Seen run(LanguageModel model, List<Prompt> rows, ForwardRequest request) {
    Map<String, float[]> values = new LinkedHashMap<>();
    try (ForwardResult result = model.forward(rows, request);
        Scope scope = Scope.open()) {
      for (int row = 0; row < rows.size(); row++) {
        for (HookPoint point : result.activations().hookPoints()) {
          if (point.site() != HookSite.Q) {
            values.put(point + " " + row, result.activations().row(point, row).toFloats());
            values.put(point + " at " + row, floats(result.activations().positions(point, row)));
          }
        }
        if (request.logits().isPresent()) {
          values.put("logits " + row, result.logits(row).toFloats());
        }
      }
      return new Seen(values, result.receipts());
    }
  }

  private static float[] floats(int... numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers[i];
    }
    return floats;
  }

  private static void assertBothWays(LanguageModel model, ForwardRequest request, double bound) {
    Seen found = run(model, rows(), request);
    Seen expected = run(model, rows(), lookingAtAQuery(request));
    assertThat(found.values().keySet()).isEqualTo(expected.values().keySet());
    found
        .values()
        .forEach(
            (what, values) ->
                assertThat(
                        FamilyModels.difference(
                            values, expected.values().getOrDefault(what, new float[0])))
                    .as(what)
                    .isLessThan(bound));
    assertThat(found.receipts()).hasSameSizeAs(expected.receipts());
    for (int i = 0; i < found.receipts().size(); i++) {
      Receipt receipt = found.receipts().get(i);
      Receipt other = expected.receipts().get(i);
      assertThat(receipt.hookPoint()).isEqualTo(other.hookPoint());
      assertThat(receipt.tokens()).isEqualTo(other.tokens());
      assertThat(receipt.meanRelativeChange()).isCloseTo(other.meanRelativeChange(), within(bound));
    }
  }

  private static Plan ablation(LanguageModel model, Target target) {
    return Plan.of(new DirectionalAblation(target, FamilyModels.direction(model)));
  }

  @TestFactory
  Stream<DynamicTest> everyFamilyReadsTheSameLastTokens() throws IOException {
    return FamilyModels.inEveryType(
        (model, type) -> everyReading(model, type == DType.BFLOAT16 ? 4e-2 : 1e-5));
  }

  /// Last tokens and some before them, of every last block, with and without logits and edits.
  private static void everyReading(LanguageModel model, double bound) {
    int nLayers = model.architecture().dimensions().nLayers();
    List<HookPoint> points = points(nLayers - 1);
    Target inputs = Target.everywhere(HookSite.RESID_PRE);
    for (Plan plan : List.of(Plan.NONE, ablation(model, inputs))) {
      for (Positions positions : List.of(Positions.LAST_PROMPT, Positions.at(-1, -5))) {
        assertBothWays(model, ForwardRequest.captureOnly(points, positions).with(plan), bound);
        for (int last = 0; last < nLayers; last++) {
          ForwardRequest upTo =
              ForwardRequest.captureOnly(points(last), positions).stoppingAfter(last).with(plan);
          assertBothWays(model, upTo, bound);
        }
      }
      List<HookPoint> withNorm = new ArrayList<>(points);
      withNorm.add(HookPoint.of(HookSite.FINAL_NORM));
      withNorm.add(HookPoint.of(HookSite.LOGITS));
      for (List<HookPoint> wanted : List.of(List.<HookPoint>of(), points, withNorm)) {
        assertBothWays(
            model,
            ForwardRequest.logitsAt(Positions.LAST_PROMPT)
                .capturing(wanted, Positions.at(-1, -4))
                .with(plan),
            bound);
      }
    }
  }

  @Test
  void windowsCapsNormsBiasesAndScalesReadTheSame() {
    for (TinyModel tiny :
        List.of(
            TinyModel.llama(),
            TinyModel.gemma2(),
            TinyModel.phi3().without("rope_scaling"),
            TinyModel.qwen2(),
            TinyModel.qwen3(),
            TinyModel.granite())) {
      try (LanguageModel model = load(tiny)) {
        everyReading(model, 1e-5);
      }
    }
  }

  @Test
  void editsOfTheLastBlockHaveTheirReceipts() {
    try (LanguageModel model = load(TinyModel.llama())) {
      List<HookPoint> points = points(2);
      Target behind = Target.everywhere(HookSite.ATTN_OUT, HookSite.RESID_MID, HookSite.RESID_POST);
      List<Plan> plans =
          List.of(
              ablation(model, behind.at(Positions.LAST_PROMPT)),
              ablation(model, behind),
              ablation(model, Target.everywhere(HookSite.MLP_OUT).at(Positions.at(0))),
              Plan.of(
                  new ActivationAddition(behind.inRows(1, 2), FamilyModels.direction(model), 0.5),
                  new ActivationAddition(
                      Target.everywhere(HookSite.FINAL_NORM).inRows(0),
                      FamilyModels.direction(model),
                      2)));
      for (Plan plan : plans) {
        assertBothWays(
            model,
            ForwardRequest.logitsAt(Positions.LAST_PROMPT)
                .capturing(points, Positions.LAST_PROMPT)
                .with(plan),
            1e-5);
      }
    }
  }

  @Test
  void adaptersChangeTheLastBlockToo() {
    for (TinyModel tiny : List.of(TinyModel.llama(), TinyModel.phi3().without("rope_scaling"))) {
      try (LanguageModel model = load(tiny);
          Scope scope = Scope.open()) {
        Random random = new Random(5);
        float[] before = lastLogits(model);
        for (Projection projection : model.decoder().projections()) {
          Tensor a = numbers(random, 2, projection.weight().inputs());
          Tensor b = numbers(random, projection.weight().outputs(), 2);
          projection.setChanges(List.of(new LowRank(a, b, 0.3)));
        }
        assertThat(FamilyModels.difference(lastLogits(model), before)).isGreaterThan(1e-2);
        everyReading(model, 1e-5);
      }
    }
  }

  private static Tensor numbers(Random random, long rows, long columns) {
    float[] values = new float[(int) (rows * columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.3f * (float) random.nextGaussian();
    }
    return Tensors.ofFloats(values, Device.CPU, rows, columns);
  }

  private static float[] lastLogits(LanguageModel model) {
    try (ForwardResult result =
            model.forward(rows(), ForwardRequest.logitsAt(Positions.LAST_PROMPT));
        Scope scope = Scope.open()) {
      return result.lastLogits().toFloats();
    }
  }

  /// Asks for the last token of every row behind the keys of the last block, and notes how many
  /// tokens each site shows.
  private static final class Watch implements Hooks {
    private final Set<Integer> asked;
    private final Map<HookPoint, Integer> shown = new LinkedHashMap<>();

    Watch(Set<Integer> asked) {
      this.asked = asked;
    }

    @Override
    public boolean wants(HookSite site, int layer) {
      return Arrays.asList(INNER).contains(site) || site == HookSite.FINAL_NORM;
    }

    @Override
    public IntPredicate touched(HookSite site, int layer) {
      return asked::contains;
    }

    @Override
    public Tensor at(HookSite site, int layer, Tensor value, int[] tokens) {
      assertThat(value.size(0)).isEqualTo(tokens.length);
      shown.put(HookPoint.of(site, layer), tokens.length);
      return value;
    }
  }

  private static Map<HookPoint, Integer> shown(
      LanguageModel model, Set<Integer> asked, Optional<KvCache> cache) {
    TokenBatch batch = TokenBatch.of(rows().stream().map(Prompt::ids).toList());
    Watch watch = new Watch(asked);
    try (Autograd off = Autograd.off();
        Scope scope = Scope.open()) {
      int nLayers = model.architecture().dimensions().nLayers();
      model.decoder().forward(batch, new Decoder.Extent(nLayers, new int[0]), watch, cache);
    }
    return watch.shown;
  }

  @Test
  void onlyAskedTokensGoThroughTheLastBlockWhenTheyAreFew() {
    try (LanguageModel model = load(TinyModel.llama())) {
      Map<HookPoint, Integer> few = shown(model, Set.of(39, 77), Optional.empty());
      assertThat(few.get(HookPoint.of(HookSite.RESID_POST, 1))).isEqualTo(78);
      assertThat(few.get(HookPoint.of(HookSite.RESID_PRE, 2))).isEqualTo(78);
      assertThat(few.get(HookPoint.of(HookSite.ATTN_OUT, 2))).isEqualTo(2);
      assertThat(few.get(HookPoint.of(HookSite.RESID_MID, 2))).isEqualTo(2);
      assertThat(few.get(HookPoint.of(HookSite.MLP_OUT, 2))).isEqualTo(2);
      assertThat(few.get(HookPoint.of(HookSite.RESID_POST, 2))).isEqualTo(2);
      assertThat(few.get(HookPoint.of(HookSite.FINAL_NORM))).isEqualTo(2);

      Map<HookPoint, Integer> none = shown(model, Set.of(), Optional.empty());
      assertThat(none).containsKey(HookPoint.of(HookSite.RESID_PRE, 2));
      assertThat(none).doesNotContainKey(HookPoint.of(HookSite.ATTN_OUT, 2));

      Set<Integer> half = Set.copyOf(IntStream.range(0, 39).boxed().toList());
      Map<HookPoint, Integer> many = shown(model, half, Optional.empty());
      assertThat(many.get(HookPoint.of(HookSite.RESID_POST, 2))).isEqualTo(78);
    }
  }

  @Test
  void aCacheIsFilledWithTheKeysAndValuesOfAllTokens() {
    try (LanguageModel model = load(TinyModel.gemma2())) {
      List<Prompt> rows = rows();
      for (Set<Integer> asked : List.of(Set.<Integer>of(), Set.of(39))) {
        try (KvCache cache =
                new KvCache(model.architecture(), DType.FLOAT32, Device.CPU, rows.size(), 50);
            Autograd off = Autograd.off();
            Scope scope = Scope.open()) {
          shown(model, asked, Optional.of(cache));
          TokenBatch next =
              TokenBatch.of(
                  List.of(
                      new int[] {5}, new int[] {6}, new int[] {7}, new int[] {8}, new int[] {9}),
                  cache.lengths());
          int[] all = {0, 1, 2, 3, 4};
          float[] stepped =
              model
                  .decoder()
                  .forward(next, new Decoder.Extent(3, all), Hooks.NONE, Optional.of(cache))
                  .orElseThrow()
                  .toFloats();
          List<Prompt> longer = new ArrayList<>();
          for (int row = 0; row < rows.size(); row++) {
            int[] ids = rows.get(row).ids();
            int[] more = Arrays.copyOf(ids, ids.length + 1);
            more[ids.length] = 5 + row;
            longer.add(Prompt.of(more));
          }
          ForwardRequest request = ForwardRequest.logitsAt(Positions.LAST_PROMPT);
          try (ForwardResult whole = model.forward(longer, lookingAtAQuery(request))) {
            assertThat(FamilyModels.difference(stepped, whole.lastLogits().toFloats()))
                .isLessThan(1e-5);
          }
        }
      }
    }
  }

  @Test
  void answersAreThoseOfThePlainWay() {
    try (LanguageModel model = load(TinyModel.llama())) {
      // an edit of queries that changes nothing takes every pass the plain way
      LayerVectors nothing = LayerVectors.same(new float[64]);
      Plan plain = Plan.of(new ActivationAddition(Target.everywhere(HookSite.Q), nothing, 0));
      Generator generator = new Generator(model, Optional.empty());
      GenerationRequest request = GenerationRequest.greedy(6, Set.of());
      assertThat(generator.generate(rows(), request).rows())
          .usingRecursiveComparison()
          .isEqualTo(generator.generate(rows(), request.with(List.of(plain))).rows());
    }
  }
}
