package org.demur.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.model.verify.Certificate;
import org.demur.model.verify.CertificateJson;
import org.demur.model.verify.Check;
import org.demur.model.verify.ReferenceCheck;
import org.demur.model.verify.SelfCheck;
import org.demur.model.verify.VerifyReport;
import org.demur.train.TrainingReferenceCheck;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Compares a model with reference outputs, or checks properties that every model must have.
@Command(
    name = "verify",
    description = {
      "Prove that a model computes what it should: a parity certificate.",
      "With --reference every output in the file is compared with what the model gives. Without it"
          + " the model is checked against itself: cached and uncached, batched and single, edits"
          + " and their opposites, gradients and finite differences.",
      "With --training the steps of a reference training are taken from --adapter and compared:"
          + " losses, lengths of gradients, final factors.",
      "But for --training the result is kept below the cache, and later runs name it. Exit code 1 when a check fails."
    },
    footer = {
      "",
      "Examples:",
      "  demur verify smollm2",
      "  demur verify path/to/model --reference golden.safetensors --dtype bf16 --json",
      "  demur verify path/to/model --adapter path/to/adapter --training golden.safetensors"
    })
final class VerifyCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      description = "Reference outputs in the format demur-golden-1.")
  private @Nullable Path reference;

  @Option(
      names = "--training",
      paramLabel = "FILE",
      description =
          "Reference training steps in the format demur-training-golden-1; needs one --adapter.")
  private @Nullable Path training;

  @Option(
      names = "--json",
      description = "Print {\"model\", \"reference\", \"dtype\", \"checks\", \"pass\"} only.")
  private boolean json;

  VerifyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (reference != null && training != null) {
      throw CliException.usage("--reference and --training are two checks; give one of them");
    }
    Optional<Path> file = Optional.ofNullable(reference).or(() -> Optional.ofNullable(training));
    if (file.isPresent() && !Files.exists(file.get())) {
      throw new CliException(ErrorCode.NOT_FOUND, "there is no file " + file.get());
    }
    try (LoadedModel loaded = options.load(context)) {
      context.console().note(Provenance.line(loaded));
      VerifyReport report =
          new VerifyReport(
              loaded.location().name(), file.map(Path::toString), loaded.dtype(), checks(loaded));
      if (json) {
        context.console().json(CertificateJson.toMap(report));
      } else {
        print(report);
      }
      boolean kept = training != null || keep(loaded, report);
      if (!report.pass()) {
        return ExitCodes.CHECK_FAILED;
      }
      return kept ? ExitCodes.FINE : ErrorCode.IO.exitCode();
    }
  }

  private List<Check> checks(LoadedModel loaded) {
    boolean terminal = context.environment().terminals().err();
    Consumer<String> progress =
        what -> {
          if (terminal) {
            context.console().note("comparing " + what + " ...");
          }
        };
    if (training != null) {
      return TrainingReferenceCheck.run(
          loaded.model(), startOfTraining(loaded), training, progress);
    }
    return reference == null
        ? SelfCheck.run(loaded.model(), progress)
        : ReferenceCheck.run(loaded.model(), reference, loaded.endOfSequence(), progress);
  }

  private static Path startOfTraining(LoadedModel loaded) {
    if (loaded.adapters().size() != 1) {
      throw CliException.usage(
          "--training starts from one adapter; give --adapter once, not %d times"
              .formatted(loaded.adapters().size()));
    }
    return loaded.adapters().getFirst();
  }

  private void print(VerifyReport report) {
    Table table = new Table("what", "max rel. difference", "tolerance", "verdict");
    for (Check check : report.checks()) {
      table.row(
          check.name(), number(check.difference()), number(check.tolerance()), verdict(check));
    }
    table.print(context.console());
    long failed = report.checks().stream().filter(check -> !check.pass()).count();
    context
        .console()
        .line(
            report.pass()
                ? "PASS: %d checks, %s".formatted(report.checks().size(), report.dtype())
                : "FAIL: %d of %d checks, %s"
                    .formatted(failed, report.checks().size(), report.dtype()));
  }

  /// Writes the certificate; the report is out already, so a failure here must not hide it.
  private boolean keep(LoadedModel loaded, VerifyReport report) {
    Certificate certificate =
        new Certificate(
            loaded.hash(),
            loaded.adapterHash(),
            Optional.ofNullable(reference).map(Hashes::ofFile),
            Provenance.versions(context.environment()),
            Provenance.machine(loaded, context.environment()),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            report);
    try {
      Path file = CertificateJson.write(options.cache(context.environment()), certificate);
      context.console().note("certificate: " + file);
      return true;
    } catch (DemurException e) {
      context.console().note("error: the certificate was not kept: " + e.getMessage());
      return false;
    }
  }

  private static String verdict(Check check) {
    if (check.tolerance().isEmpty()) {
      return "reported";
    }
    return check.pass() ? "pass" : "FAIL";
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "-";
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "not a number";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2e", value);
  }
}
