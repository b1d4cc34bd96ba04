package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MainTest {
  @Test
  void theVersionGoesToStandardOutput() {
    CommandRun run = CommandRun.of("--version");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("demur ").contains("Java 25.0.0-test", "Testix x86_64");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    CommandRun run = CommandRun.of();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("error: missing command", "demur --help");
  }

  @Test
  void anUnknownOptionIsWrongUsageWithTheNearestName() {
    CommandRun run = CommandRun.of("model", "list", "--ofline");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("error: unknown option: '--ofline'")
        .contains("did you mean \"--offline\"?")
        .contains("demur model list --help");
  }

  @Test
  void anUnknownCommandIsWrongUsageWithTheNearestName() {
    CommandRun run = CommandRun.of("modle", "pull", "smollm2");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("did you mean \"model\"?");
  }

  @Test
  void aWrongUseWithJsonIsOneDocumentOnStandardOutput() {
    CommandRun run = CommandRun.of("model", "list", "--json", "--nonsense");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.document())
        .extractingByKey("error")
        .isEqualTo(Map.of("code", "USAGE", "message", "unknown option: '--nonsense'"));
  }

  @Test
  void anUnexpectedFailureNamesItsKindAndTheWayToTheTraceButNoMessage() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(new ByteArrayInputStream(new byte[0]), OutputStream.nullOutputStream(), err);
    Failures failures = new Failures(console, environment(Map.of()), List.of());

    int code = failures.report(new IllegalStateException("the user's secret prompt"));

    assertThat(code).isEqualTo(70);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("IllegalStateException", "DEMUR_DEBUG=1")
        .doesNotContain("secret");
  }

  @Test
  void theTraceIsShownWhenItIsAskedFor() {
    for (String[] args : new String[][] {{"--debug"}, {}}) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Console console =
          new Console(new ByteArrayInputStream(new byte[0]), OutputStream.nullOutputStream(), err);
      Map<String, String> variables = args.length == 0 ? Map.of("DEMUR_DEBUG", "1") : Map.of();

      new Failures(console, environment(variables), List.of(args))
          .report(new IllegalStateException("inside"));

      assertThat(err.toString(StandardCharsets.UTF_8)).contains("at org.demur.cli.MainTest");
    }
  }

  @Test
  void anInterruptedRunHasItsOwnExitCode() {
    Failures failures =
        new Failures(
            new Console(
                new ByteArrayInputStream(new byte[0]),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream()),
            environment(Map.of()),
            List.of());

    int code = failures.report(new InterruptedByUserException("stopped", new IOException()));

    assertThat(code).isEqualTo(130);
  }

  @Test
  void aResultThatCannotBeWrittenIsAnError() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("no space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(new ByteArrayInputStream(new byte[0]), full, err);

    int code = Main.run(List.of("help", "exit-codes"), console, environment(Map.of()));

    assertThat(code).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("standard output");
  }

  private static Environment environment(Map<String, String> variables) {
    return new Environment(
        variables, Environment.Terminals.NONE, Path.of("home"), "Testix x86_64", "25");
  }
}
