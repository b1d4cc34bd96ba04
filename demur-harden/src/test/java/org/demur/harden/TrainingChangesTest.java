package org.demur.harden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.train.AblationForm;
import org.demur.train.AblationMode;
import org.demur.train.DirectionControl;
import org.demur.train.HardeningMethod;
import org.demur.train.HardeningProfile;
import org.demur.train.RefatSettings;
import org.demur.train.Schedule;
import org.demur.train.TrainException;
import org.demur.train.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingChangesTest {
  private static HardeningSettings settings(HardeningMethod method, String... changes) {
    return HardeningSettings.of(
            method, Optional.empty(), HardeningProfile.QUICK, Optional.empty(), 3, Set.of())
        .changed(TrainingChanges.of(List.of(changes)));
  }

  @Test
  void everyNameChangesWhatItSays() {
    HardeningSettings made =
        settings(
            HardeningMethod.REFAT,
            "learning-rate=5e-5",
            "schedule=cosine",
            "warm-up=2",
            "rows=4",
            "parts=2",
            "gradient-bound=0.5",
            "weight-decay=0.1",
            "control=random",
            "mode=harmless-mean",
            "form=per-layer",
            "share=0.6",
            "utility-share=0.1",
            "opened=0.4",
            "period=3",
            "prompts=9",
            "positions=prompt",
            "rank=4",
            "alpha=12",
            "dropout=0.05");

    TrainingSettings training = made.training();
    assertThat(training.pace()).isEqualTo(new TrainingSettings.Pace(5e-5, Schedule.COSINE, 2));
    assertThat(training.rowsPerSide()).isEqualTo(4);
    assertThat(training.parts()).isEqualTo(2);
    assertThat(training.arithmetic().longestGradient()).isEqualTo(0.5);
    assertThat(training.optimiser().weightDecay()).isEqualTo(0.1);
    RefatSettings refat = (RefatSettings) training.method();
    assertThat(refat.control()).isEqualTo(DirectionControl.RANDOM);
    assertThat(refat.mode()).isEqualTo(AblationMode.HARMLESS_MEAN);
    assertThat(refat.form()).isEqualTo(AblationForm.PER_LAYER);
    assertThat(refat.share()).isEqualTo(new RefatSettings.Share(0.6, 0.1));
    assertThat(refat.opened()).isEqualTo(0.4);
    assertThat(refat.period()).isEqualTo(3);
    assertThat(refat.promptsPerSide()).isEqualTo(9);
    assertThat(refat.positions()).hasToString("prompt");
    assertThat(made.refusalTraining().rowsPerSide()).isEqualTo(4);
    assertThat(made.refusalTraining().pace().learningRate()).isEqualTo(5e-5);
    assertThat(made.adapter().rank()).isEqualTo(4);
    assertThat(made.adapter().alpha()).isEqualTo(12);
    assertThat(made.adapter().dropout()).isEqualTo(0.05);
    assertThat(made.configuration().get("set")).contains("rank=4, alpha=12").contains("rows=4");
  }

  @Test
  void withoutChangesNothingIsChanged() {
    HardeningSettings plain = settings(HardeningMethod.REFAT);
    assertThat(plain.training())
        .isEqualTo(HardeningProfile.QUICK.settings(HardeningMethod.REFAT, Optional.empty(), 3));
    assertThat(plain.configuration()).doesNotContainKey("set");
    assertThat(TrainingChanges.NONE.targets(List.of("a", "b"))).containsExactly("a", "b");
  }

  @Test
  void onlyModulesOfTheModelAreTrained() {
    TrainingChanges changes = TrainingChanges.of(List.of("targets=q_proj,v_proj"));
    assertThat(changes.targets(List.of("k_proj", "q_proj", "v_proj")))
        .containsExactly("q_proj", "v_proj");
    assertThatThrownBy(() -> changes.requireFor(List.of("k_proj", "q_proj", "v_proj"), false))
        .hasMessage(
            "targets is of a new adapter, but this training goes on with the one of --adapter");
    TrainingChanges.of(List.of("rows=2")).requireFor(List.of("q_proj"), false);
    assertThatThrownBy(() -> changes.requireFor(List.of("qkv_proj"), true))
        .hasMessage("targets has \"q_proj\"; this model has qkv_proj");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "learnrate=1 | there is no setting \"learnrate\"; known: learning-rate",
        "rank | the setting rank needs a value: rank=VALUE",
        "rank= | the setting rank needs a value",
        "rank=many | rank is \"many\", but must be a whole number",
        "share=Infinity | share is \"Infinity\", but must be a number",
        "share=1.5 | shares 1.5 and 0.25 must be 0 to 1",
        "schedule=step | schedule is \"step\", but must be one of constant, linear, cosine",
        "dropout=2 | dropout=2: rank 16 must be 1 to 65536",
        "positions=some | positions=some: unknown positions",
        "rows=0 | rows per side 0 must be at least 1"
      })
  void wrongValuesAreNamedWithWhatIsAccepted(String change, String message) {
    assertThatThrownBy(() -> settings(HardeningMethod.REFAT, change))
        .isInstanceOfSatisfying(
            TrainException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining(message);
  }

  @Test
  void aSettingIsGivenOnceAndForItsMethod() {
    assertThatThrownBy(() -> TrainingChanges.of(List.of("rows=2", "rows=3")))
        .hasMessage("the setting rows is given twice");
    assertThatThrownBy(() -> settings(HardeningMethod.CAT, "period=2"))
        .hasMessage("period is for refat and refat-published only");
  }

  @Test
  void epochsAreCountedOverTheRowsOfTheHarmfulPrompts() {
    HardeningPrompts prompts = HardeningPrompts.builtIn(HardeningProfile.QUICK);
    HardeningSettings made = settings(HardeningMethod.REFAT, "rows=6");
    // 36 prompts with three refusals each
    assertThat(made.stepsOf(1, prompts)).isEqualTo(18);
    assertThat(made.stepsOf(0.51, prompts)).isEqualTo(10);
    assertThatThrownBy(() -> made.stepsOf(0, prompts)).hasMessageContaining("0.0 epochs");
    assertThatThrownBy(() -> made.stepsOf(Double.NaN, prompts)).hasMessageContaining("NaN epochs");
  }
}
