package org.demur.harden.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.directions.ResidualReader;
import org.demur.harden.AttackBudget;
import org.demur.harden.HardeningProgress;
import org.demur.harden.HardeningSubject;
import org.demur.harden.RobustnessBuilder;
import org.demur.model.intervention.Plan;
import org.demur.report.Costs;
import org.demur.report.FineTuneReport;
import org.demur.report.FineTuneReportJson;
import org.demur.report.page.HtmlFineTune;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneAttackTest {
  private static final int STEPS = 120;
  private static final FineTuneSettings SETTINGS =
      new FineTuneSettings(AttackBudget.QUICK, 50, 0, STEPS, 8, 1e-2, 3);

  @TempDir private Path home;

  private RunFolder folder(String name) {
    RunDescription description = new RunDescription("toy", "toy", Map.of());
    return RunFolder.createAt(home.resolve(name), description, Instant.EPOCH);
  }

  private static FineTuneResult attack(
      RefusingToy toy, FineTuneSettings settings, RunFolder folder, HardeningProgress progress) {
    HardeningSubject subject = new HardeningSubject(toy.speaker, "toy", Optional.empty(), "toy");
    return new FineTuneAttack(subject, toy.fingerprint(), settings, folder, progress).run();
  }

  /// Everything that could tell a changed model from the one before: names, factors, logits.
  private static List<Object> state(RefusingToy toy) {
    List<Object> state = new ArrayList<>();
    state.add(toy.model.adapters().names());
    state.add(toy.model.adapters().active());
    try (Scope scope = Scope.open()) {
      toy.model
          .adapters()
          .parameters(RefusingToy.ADAPTER)
          .values()
          .forEach(factor -> state.add(factor.toFloats()));
    }
    Map<Integer, float[]> logits = new LinkedHashMap<>();
    new ResidualReader(toy.model)
        .lastLogits(
            List.of(toy.speaker.question("the water"), toy.speaker.question("what of it")),
            Plan.NONE,
            logits::put);
    state.add(logits.get(0));
    state.add(logits.get(1));
    return state;
  }

  private static List<String> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FineTuneReport report(FineTuneResult result) {
    return FineTuneBuilder.of(
        new RobustnessBuilder.Subject(
            "run", "2026-01-01T00:00:00Z", "toy", "quick budget", 3, List.of()),
        Optional.of("refusing"),
        result,
        new Costs(1, 2, 3, 4, 5, List.of(), 6));
  }

  @Test
  void refusalFallsAndTheModelIsWhatItWas() {
    try (RefusingToy toy = new RefusingToy(home)) {
      List<Object> before = state(toy);
      RunFolder folder = folder("run");

      FineTuneResult result = attack(toy, SETTINGS, folder, (stage, done, total) -> {});

      assertThat(state(toy)).usingRecursiveComparison().isEqualTo(before);
      assertThat(files(folder.path())).noneMatch(name -> name.endsWith(".safetensors"));
      assertThat(files(folder.path())).contains("attacks.jsonl");
      FineTuneReport report = report(result);
      FineTuneReport.TunedState first = report.states().getFirst();
      FineTuneReport.TunedState last = report.states().getLast();
      assertThat(first.declined().rate()).isGreaterThan(0.9);
      assertThat(first.opened().rate()).isZero();
      assertThat(last.declined().rate()).isLessThan(0.2);
      assertThat(last.opened().rate()).isGreaterThan(0.3);
      assertThat(last.logOdds().value()).isLessThan(first.logOdds().value() - 2);
      assertThat(report.refusalChange().value())
          .isCloseTo(last.declined().rate() - first.declined().rate(), within(1e-12));
      assertThat(report.refusalPValue()).isLessThan(0.01);
      assertThat(report.tuning().cost().forwardPasses()).isEqualTo(STEPS);
      assertThat(report.tuning().cost().backwardPasses()).isEqualTo(STEPS);
      assertThat(report.tuning().steps().getLast().openers())
          .isLessThan(report.tuning().steps().getFirst().openers() / 2);
      pageAndFileHoldEverything(report);
    }
  }

  private static void pageAndFileHoldEverything(FineTuneReport report) {
    String json = FineTuneReportJson.write(report);
    assertThat(FineTuneReportJson.write(FineTuneReportJson.read(json, "report.json")))
        .isEqualTo(json);
    assertThat(HtmlFineTune.render(report))
        .contains("fitted before, scored after", "Cosine of after with before", "Openers, twins");
    assertThat(report.verdict()).anyMatch(line -> line.contains("a bare opener"));
    assertThat(report.guards())
        .extracting(FineTuneReport.TunedGuard::key)
        .containsExactly("before", "frozen", "refitted");
    assertThat(report.guards().get(1).threshold()).isEqualTo(report.guards().get(0).threshold());
    assertThat(report.guards().getFirst().auroc().n()).isEqualTo(144);
    // before the first block the last token is the same for all prompts
    assertThat(report.layers().getFirst().refusal()).isNaN();
    assertThat(report.layers()).hasSize(3);
    assertThat(report.layers().getLast().refusal()).isBetween(-1.0, 1.0);
    assertThat(report.layers().getLast().harmfulness()).isBetween(-1.0, 1.0);
  }

  @Test
  void anErrorInTheMiddleLeavesTheModelAsItWas() {
    try (RefusingToy toy = new RefusingToy(home)) {
      List<Object> before = state(toy);
      for (String stage : List.of("fine-tuning on openers", "after: guard", "after: replies")) {
        HardeningProgress stopping =
            (at, done, total) -> {
              if (at.equals(stage) && (done == 3 || total == 1)) {
                assertThat(toy.model.adapters().active()).hasSize(2);
                throw new IllegalStateException("stopped by the user");
              }
            };
        assertThatThrownBy(() -> attack(toy, SETTINGS, folder(stage.replace(": ", "-")), stopping))
            .hasMessage("stopped by the user");
        assertThat(state(toy)).as(stage).usingRecursiveComparison().isEqualTo(before);
      }
    }
  }

  @Test
  void aRunThatGoesOnGivesTheSameReport() {
    FineTuneSettings few = new FineTuneSettings(AttackBudget.QUICK, 10, 4, 3, 2, 5e-3, 5);
    try (RefusingToy toy = new RefusingToy(home)) {
      RunFolder folder = folder("twice");
      FineTuneReport first = report(attack(toy, few, folder, (stage, done, total) -> {}));
      FineTuneReport again = report(attack(toy, few, folder, (stage, done, total) -> {}));

      assertThat(again.states()).isEqualTo(first.states());
      assertThat(again.guards()).isEqualTo(first.guards());
      assertThat(again.tuning().steps()).isEqualTo(first.tuning().steps());
      assertThat(first.tuning().settings()).containsEntry("utilityRows", "4");
      assertThat(first.tuning().steps().getFirst().utility()).isFinite();
    }
  }

  @Test
  void numbersOutsideOfTheirRangeAreNamed() {
    assertThatThrownBy(() -> new FineTuneSettings(AttackBudget.QUICK, 1, -1, 1, 1, 1e-3, 0))
        .hasMessageContaining("utility rows -1");
    assertThatThrownBy(() -> new FineTuneSettings(AttackBudget.QUICK, 1, 0, 1, 1, 0, 0))
        .hasMessageContaining("learning rate 0.0");
    assertThat(FineTuneSettings.of(AttackBudget.STANDARD, 0, 0).configuration())
        .containsEntry("rows", "100")
        .containsEntry("steps", "60");
  }
}
