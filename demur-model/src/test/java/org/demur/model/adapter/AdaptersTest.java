package org.demur.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.decoder.LowRank;
import org.demur.model.hook.HookPoint;
import org.demur.tensor.Scope;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptersTest {
  private static final Prompt PROMPT = Prompt.of(TinyModel.ids(9, 5));
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final String V = "model.layers.1.self_attn.v_proj";
  private static final String DOWN = "model.layers.2.mlp.down_proj";

  @TempDir private Path folder;
  private LanguageModel model;

  @BeforeEach
  void load() {
    model = TinyModel.llama().load(folder);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static Map<String, @Nullable Object> config() {
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    config.put("peft_type", "LORA");
    config.put("r", 2);
    config.put("lora_alpha", 6);
    config.put("base_model_name_or_path", "some/base");
    return config;
  }

  private static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextGaussian() / 4);
    }
    return numbers;
  }

  private static SafetensorsWriter factors(
      SafetensorsWriter writer, String module, int rank, int in, int out, long seed) {
    String key = "base_model.model." + module;
    return writer
        .add(key + ".lora_A.weight", List.of((long) rank, (long) in), numbers(rank * in, seed))
        .add(
            key + ".lora_B.weight",
            List.of((long) out, (long) rank),
            numbers(out * rank, seed + 1));
  }

  private Path folder(Map<String, @Nullable Object> config) {
    try {
      Path made = Files.createTempDirectory(folder, "adapter");
      Files.writeString(made.resolve("adapter_config.json"), TinyModel.json(config));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SafetensorsWriter writer(Path made) {
    return new SafetensorsWriter(made.resolve("adapter_model.safetensors"));
  }

  /// An adapter of three modules, rank 2.
  private Path ordinary(Map<String, @Nullable Object> config, long seed) {
    Path made = folder(config);
    SafetensorsWriter writer = writer(made);
    factors(writer, Q, 2, 16, 16, seed);
    factors(writer, V, 2, 16, 8, seed + 10);
    factors(writer, DOWN, 2, 24, 16, seed + 20);
    writer.write();
    return made;
  }

  private LowRank change(String module) {
    return Objects.requireNonNull(model.adapters().factors("a").get(module));
  }

  private float[] logits() {
    return Runs.logits(model, PROMPT);
  }

  @Test
  void switchedOffTheBaseIsThereToTheLastBit() {
    float[] base = logits();
    model.adapters().load("a", ordinary(config(), 1));
    assertThat(logits()).as("loaded, not on").isEqualTo(base);

    model.adapters().activate(List.of("a"));
    Runs.assertDifferent(logits(), base);
    float[] on = logits();
    model.adapters().activate(List.of());
    assertThat(logits()).as("off again").isEqualTo(base);
    model.adapters().activate(List.of("a"));

    assertThat(logits()).as("on again").isEqualTo(on);
    assertThat(model.adapters().names()).containsExactly("a");
    assertThat(model.adapters().active()).containsExactly("a");
  }

  @Test
  void severalAdaptersAddUp() {
    // on the last down projection alone, whose change of the stream is linear
    Path first = folder(config());
    factors(writer(first), DOWN, 2, 24, 16, 1).write();
    Path second = folder(config());
    factors(writer(second), DOWN, 2, 24, 16, 9).write();
    model.adapters().load("first", first);
    model.adapters().load("second", second);
    float[] none = stream(List.of());
    float[] one = stream(List.of("first"));
    float[] two = stream(List.of("second"));

    float[] both = stream(List.of("first", "second"));

    float[] sum = new float[none.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = one[i] + two[i] - none[i];
    }
    Runs.assertSame(both, sum);
    Runs.assertDifferent(both, one);
  }

  private float[] stream(List<String> active) {
    model.adapters().activate(active);
    return Runs.captured(model, HookPoint.parse("blocks.2.resid_post"), PROMPT);
  }

  @Test
  void mergedItIsAsSwitchedOnAndForgotten() {
    float[] base = logits();
    model.adapters().load("a", ordinary(config(), 1));
    model.adapters().load("b", ordinary(config(), 77));
    model.adapters().activate(List.of("a"));
    float[] on = logits();

    model.adapters().merge("a");

    Runs.assertSame(logits(), on);
    Runs.assertDifferent(logits(), base);
    assertThat(model.adapters().names()).containsExactly("b");
    assertThat(model.adapters().active()).isEmpty();
    Runs.assertRefused(
        ErrorCode.ADAPTER, () -> model.adapters().merge("a"), "no adapter \"a\" is loaded");
  }

  @Test
  void forgottenItLeavesTheOthersAndTheBaseToTheLastBit() {
    float[] base = logits();
    model.adapters().load("a", ordinary(config(), 1));
    model.adapters().activate(List.of("a"));
    float[] one = logits();
    model.adapters().load("b", ordinary(config(), 77));
    model.adapters().activate(List.of("a", "b"));
    Runs.assertDifferent(logits(), one);

    model.adapters().unload("b");

    assertThat(logits()).isEqualTo(one);
    assertThat(model.adapters().active()).containsExactly("a");
    assertThat(model.adapters().names()).containsExactly("a");
    model.adapters().unload("a");
    assertThat(logits()).isEqualTo(base);
    Runs.assertRefused(
        ErrorCode.ADAPTER, () -> model.adapters().unload("a"), "no adapter \"a\" is loaded");
  }

  @Test
  void theChangeIsAlphaOverRankTimesTheProduct() {
    model.adapters().load("a", ordinary(config(), 1));
    float[] b = numbers(8 * 2, 12);
    float[] a = numbers(2 * 16, 11);
    try (Scope scope = Scope.open()) {
      float[] change = change(V).weightChange().toFloats();
      for (int row = 0; row < 8; row++) {
        for (int column = 0; column < 16; column++) {
          float expected = 3 * (b[row * 2] * a[column] + b[row * 2 + 1] * a[16 + column]);
          assertThat(change[row * 16 + column]).isCloseTo(expected, within(1e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // rank and alpha are 2 and 6 unless a pattern says otherwise
    "false, v_proj,                          5, 2.5",
    "true,  v_proj,                          5, 3.5355339",
    "true,  nothing,                         5, 4.2426407",
    "false, self_attn.v_proj,                4, 2",
    "false, ^model.layers.1.self_attn.v_proj, 4, 2",
    "false, model.layers.0.self_attn.v_proj, 4, 3",
    "false, proj,                            4, 3",
  })
  void theScaleFollowsThePatterns(boolean rootRank, String pattern, double alpha, double scale) {
    Map<String, @Nullable Object> config = config();
    config.put("use_rslora", rootRank);
    config.put("alpha_pattern", Map.of(pattern, alpha));
    model.adapters().load("a", ordinary(config, 1));

    assertThat(change(V).scale()).isCloseTo(scale, within(1e-6));
    assertThat(change(DOWN).scale()).isCloseTo(rootRank ? 4.2426407 : 3, within(1e-6));
  }

  @Test
  void theFirstPatternThatFitsCounts() {
    Map<String, Integer> alphas = new LinkedHashMap<>();
    alphas.put("self_attn.v_proj", 4);
    alphas.put("v_proj", 20);
    alphas.put("layers.1.self_attn.v_proj", 30);
    Map<String, @Nullable Object> config = config();
    config.put("alpha_pattern", alphas);

    model.adapters().load("a", ordinary(config, 1));

    assertThat(change(V).scale()).isEqualTo(2);
  }

  @Test
  void aModuleCanHaveItsOwnRank() {
    Map<String, @Nullable Object> config = config();
    config.put("rank_pattern", Map.of("down_proj", 5));
    Path made = folder(config);
    SafetensorsWriter writer = writer(made);
    factors(writer, V, 2, 16, 8, 1);
    factors(writer, DOWN, 5, 24, 16, 2);
    writer.write();

    model.adapters().load("a", made);

    assertThat(change(DOWN).scale()).isEqualTo(6.0 / 5);
  }

  @Test
  void anAdapterForAnotherModelIsRefusedWithNamesAndShapes() {
    Path made = folder(config());
    SafetensorsWriter writer = writer(made);
    factors(writer, "model.layers.9.self_attn.q_proj", 2, 16, 16, 1);
    factors(writer, "model.layers.0.self_attn.k_projj", 2, 16, 8, 1);
    factors(writer, DOWN, 2, 16, 24, 1);
    writer.write();

    Runs.assertRefused(
        ErrorCode.ADAPTER,
        () -> model.adapters().load("a", made),
        made.resolve("adapter_model.safetensors") + " is no adapter for this model",
        "(it was made for some/base)",
        "the model has no linear map model.layers.9.self_attn.q_proj",
        "k_projj; did you mean \"model.layers.0.self_attn.k_proj\"",
        DOWN + " has factors [2, 16] and [24, 2] of rank 2, but the model's weight is [16, 24]");
    assertThat(model.adapters().names()).isEmpty();
  }

  @Test
  void factorsThatDoNotFitTogetherAreRefused() {
    Path made = folder(config());
    writer(made)
        .add("base_model.model." + Q + ".lora_A.weight", List.of(2L, 16L), new float[32])
        .add("base_model.model." + V + ".lora_magnitude_vector", List.of(8L), new float[8])
        .write();

    Runs.assertRefused(
        ErrorCode.ADAPTER,
        () -> model.adapters().load("a", made),
        V + ".lora_magnitude_vector is not a low-rank factor of a linear map",
        Q + " has only one of its two factors");
  }

  @Test
  void anAdapterOfAnotherRankThanItsConfigurationSaysIsRefused() {
    Map<String, @Nullable Object> config = config();
    config.put("r", 4);

    Runs.assertRefused(
        ErrorCode.ADAPTER, () -> model.adapters().load("a", ordinary(config, 1)), "of rank 4");
  }

  @Test
  void anEmptyAdapterIsRefused() {
    Path made = folder(config());
    writer(made).write();

    Runs.assertRefused(
        ErrorCode.ADAPTER, () -> model.adapters().load("a", made), "it holds no low-rank factor");
  }

  @Test
  void factorsThatAreNotFiniteAreRefusedAndFreed() {
    Path made = folder(config());
    writer(made)
        .add("base_model.model." + Q + ".lora_A.weight", List.of(2L, 16L), new float[32])
        .add("base_model.model." + Q + ".lora_B.weight", List.of(16L, 2L), numbersWithNaN())
        .write();
    long before = Scope.liveTensors();

    Runs.assertRefused(
        ErrorCode.ADAPTER,
        () -> model.adapters().load("a", made),
        "the factors of " + Q + " hold values that are not finite");

    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  private static float[] numbersWithNaN() {
    float[] values = new float[32];
    values[31] = Float.NaN;
    return values;
  }

  @Test
  void aNameThatIsNotLoadedCannotBeSwitchedOn() {
    model.adapters().load("a", ordinary(config(), 1));

    Runs.assertRefused(
        ErrorCode.ADAPTER,
        () -> model.adapters().activate(List.of("a", "b")),
        "no adapter \"b\" is loaded; loaded: [a]");
    assertThat(model.adapters().active()).isEmpty();
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    model.adapters().load("a", ordinary(config(), 1));

    Runs.assertRefused(
        ErrorCode.ADAPTER,
        () -> model.adapters().load("a", ordinary(config(), 2)),
        "an adapter \"a\" is already loaded");
  }

  @Test
  void missingFilesAreNamed() {
    Path made = folder(config());

    Runs.assertRefused(
        ErrorCode.NOT_FOUND, () -> model.adapters().load("a", made), "adapter_model.safetensors");
    Runs.assertRefused(
        ErrorCode.NOT_FOUND,
        () -> model.adapters().load("a", folder.resolve("nowhere")),
        "adapter_config.json does not exist");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          peft_type        | "IA3"             | peft_type is IA3, but only LORA is known
          peft_type        | null              | peft_type is missing
          r                | 0                 | r is 0, but a whole number from 1
          r                | null              | r is missing
          r                | "8"               | r is "8"
          lora_alpha       | "x"               | lora_alpha is "x", but a finite number is needed
          use_dora         | true              | use_dora is true, which is not supported
          fan_in_fan_out   | true              | fan_in_fan_out is true
          lora_bias        | true              | lora_bias is true
          use_rslora       | 1                 | use_rslora is 1, but true or false is needed
          bias             | "all"             | bias is "all", but only "none" is supported
          modules_to_save  | ["lm_head"]       | modules_to_save is set, which is not supported
          alpha_pattern    | {"q_proj": 0}     | q_proj is 0.0, but a number greater than 0 is needed
          rank_pattern     | {"q_proj": 2.5}   | q_proj is 2.5, but a whole number from 1 to 65536
          rank_pattern     | {"q.*proj": 2}    | rank_pattern has the pattern "q.*proj"
          rank_pattern     | [1]               | rank_pattern is [1], but an object is needed
          """)
  void configurationsThatCannotBeUsedAreRefused(String field, String json, String message)
      throws IOException {
    Path made = ordinary(config(), 1);
    Map<String, @Nullable Object> config = config();
    config.remove(field);
    String text = TinyModel.json(config);
    Path file = made.resolve("adapter_config.json");
    Files.writeString(
        file, text.substring(0, text.length() - 1) + ", \"" + field + "\": " + json + "}");

    Runs.assertRefused(
        ErrorCode.ADAPTER, () -> model.adapters().load("a", made), file.toString(), message);
  }

  @Test
  void aNewAdapterChangesNothingAndComesBackFromItsFolderBitForBit() {
    float[] base = logits();
    model
        .adapters()
        .create("new", LoraConfig.of(2, 6, 0.1), List.of("q_proj", "down_proj"), new Random(3));
    model.adapters().activate(List.of("new"));
    assertThat(logits()).isEqualTo(base);
    assertThat(model.adapters().parameters("new")).hasSize(2 * 2 * 3);

    try (Scope scope = Scope.open()) {
      model
          .adapters()
          .parameters("new")
          .forEach(
              (name, factor) -> {
                if (name.endsWith("lora_B.weight")) {
                  factor.assign(factor.add(0.25));
                }
              });
    }
    float[] changed = logits();
    Runs.assertDifferent(changed, base);
    Path saved = folder.resolve("saved");
    model.adapters().save("new", saved, "some/base");
    model.adapters().load("again", saved);
    model.adapters().activate(List.of("again"));
    assertThat(logits()).isEqualTo(changed);
    assertThat(saved.resolve("adapter_config.json"))
        .content()
        .contains("\"lora_alpha\" : 6", "\"lora_dropout\" : 0.1", "\"some/base\"")
        .contains("[ \"down_proj\", \"q_proj\" ]");
  }

  @Test
  void modulesThatAreChangedInSomeBlocksOnlyAreNamedWhole() {
    model.adapters().create("one", LoraConfig.of(1, 1, 0), List.of(Q), new Random(3));
    model.adapters().save("one", folder.resolve("one"), "base");
    assertThat(folder.resolve("one/adapter_config.json")).content().contains("[ \"" + Q + "\" ]");
  }

  @Test
  void aTargetThatNoLinearMapHasIsNamedWithTheKnownOnes() {
    Runs.assertRefused(
        ErrorCode.ADAPTER,
        () -> model.adapters().create("x", LoraConfig.of(1, 1, 0), List.of("q_prj"), new Random(1)),
        "\"q_prj\"",
        "q_proj",
        "down_proj");
    Runs.assertRefused(ErrorCode.ADAPTER, () -> LoraConfig.of(0, 1, 0), "rank 0");
  }
}
