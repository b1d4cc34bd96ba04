package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyCommandTest {
  private static final Path MODELS = SharedFixtures.repositoryRoot().resolve("golden/models");
  private static final String LLAMA = MODELS.resolve("llama").toString();
  private static final String GOLDEN = MODELS.resolve("llama/golden.safetensors").toString();

  @TempDir private Path home;

  @Test
  void aFolderWithoutATokenizerPassesAgainstItsReference() {
    CommandRun run = run("verify", LLAMA, "--reference", GOLDEN);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("WHAT", "TOLERANCE", "VERDICT", "resid_pre.0", "PASS");
    assertThat(run.out()).doesNotContain("FAIL");
    assertThat(run.err()).contains("certificate: " + home.resolve(".cache/demur/certificates"));
  }

  @Test
  void theDocumentHasEveryCheckAndTheVerdict() {
    Map<String, Object> document =
        run("verify", LLAMA, "--reference", GOLDEN, "--dtype", "bf16", "--json").document();

    assertThat(document)
        .containsOnlyKeys("model", "reference", "dtype", "checks", "pass")
        .containsEntry("model", LLAMA)
        .containsEntry("reference", GOLDEN)
        .containsEntry("dtype", "bf16")
        .containsEntry("pass", true);
    assertThat((List<?>) document.get("checks"))
        .isNotEmpty()
        .allSatisfy(
            check ->
                assertThat(((Map<?, ?>) check).keySet().toString())
                    .isEqualTo("[name, difference, tolerance, pass]"));
  }

  @Test
  void theReferenceOfAnotherModelFailsTheCheck() {
    CommandRun run =
        run(
            "verify",
            LLAMA,
            "--reference",
            MODELS.resolve("mixtral/golden.safetensors").toString(),
            "--json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.document()).containsEntry("pass", false);
  }

  @Test
  void withoutAReferenceTheModelIsCheckedAgainstItself() {
    CommandRun run = run("verify", LLAMA);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("cached = uncached", "PASS");
  }

  @Test
  void theCertificateIsKeptAndNamedByLaterRuns() throws IOException {
    String model = TinyModel.in(home).toString();

    run("verify", model, "--reference", GOLDEN);

    try (Stream<Path> files = Files.list(home.resolve(".cache/demur/certificates"))) {
      List<Path> certificates = files.toList();
      assertThat(certificates).hasSize(1);
      assertThat(TestJson.object(Files.readString(certificates.getFirst())))
          .containsKeys("modelHash", "referenceHash", "versions", "machine", "time", "result");
      assertThat(run("generate", model, "--prompt", "a", "--max-new-tokens", "1", "--json").out())
          .contains("\"certificate\":\"" + certificates.getFirst());
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsAnErrorAfterTheReport() throws IOException {
    Path blocked = Files.createFile(home.resolve("file"));

    CommandRun run =
        run("verify", LLAMA, "--reference", GOLDEN, "--json", "--cache", blocked.toString());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.document()).containsEntry("pass", true);
    assertThat(run.err()).contains("error: the certificate was not kept");
  }

  @Test
  void aReferenceThatIsMissingOrMalformedIsNamed() throws IOException {
    Path broken = Files.writeString(home.resolve("broken.safetensors"), "nothing");

    assertThat(run("verify", LLAMA, "--reference", home.resolve("none").toString()).code())
        .isEqualTo(4);
    CommandRun run = run("verify", LLAMA, "--reference", broken.toString(), "--json");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.document()).containsOnlyKeys("error");
    assertThat(run.err()).contains("broken.safetensors");
  }

  @Test
  void trainingStepsAreComparedFromTheAdapterOfTheirReference() {
    Path folder = SharedFixtures.require("fixtures/training/phi3");
    String base = SharedFixtures.require("fixtures/families/phi3").toString();
    String golden = folder.resolve("golden.safetensors").toString();
    String adapter = folder.resolve("adapter").toString();

    CommandRun run = run("verify", base, "--adapter", adapter, "--training", golden, "--json");
    assertThat(run.code()).isZero();
    assertThat(run.document()).containsEntry("pass", true).containsEntry("reference", golden);
    assertThat(run.out()).contains("rt.loss (nats)", "refat.final (absolute)");

    CommandRun other =
        run(
            "verify",
            base,
            "--adapter",
            adapter,
            "--training",
            SharedFixtures.require("fixtures/training/llama/golden.safetensors").toString());
    assertThat(other.code()).as(other.err()).isEqualTo(3);
    assertThat(other.err()).contains("has other factors than the reference");
  }

  @Test
  void aTrainingNeedsOneAdapterAndNoOtherCheck() {
    CommandRun none = run("verify", LLAMA, "--training", GOLDEN);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("give --adapter once, not 0 times");
    CommandRun both = run("verify", LLAMA, "--training", GOLDEN, "--reference", GOLDEN);
    assertThat(both.code()).isEqualTo(2);
    CommandRun format =
        run(
            "verify",
            LLAMA,
            "--adapter",
            MODELS.resolve("llama-lora").toString(),
            "--training",
            GOLDEN);
    assertThat(format.code()).isEqualTo(3);
    assertThat(format.err()).contains("demur-training-golden-1");
  }

  private CommandRun run(String... args) {
    return CommandRun.at(home).run(args);
  }
}
