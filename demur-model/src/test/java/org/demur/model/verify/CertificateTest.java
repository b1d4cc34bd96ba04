package org.demur.model.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.ModelIdentity;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.config.ConfigJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
  private static final String MODEL = "0123456789abcdef".repeat(4);
  private static final Optional<String> ADAPTER = Optional.of("fedcba9876543210".repeat(4));

  @TempDir private Path folder;

  private static Certificate certificate(Optional<String> adapter) {
    return certificate(adapter, Optional.empty());
  }

  private static Certificate certificate(Optional<String> adapter, Optional<String> reference) {
    List<Check> checks =
        List.of(
            Check.of("logits", 3e-6, 1e-5),
            Check.of("greedy", Double.NaN, 0),
            Check.reported("bf16", 0.5));
    return new Certificate(
        MODEL,
        adapter,
        reference,
        Map.of("java", "25", "demur", "0.1"),
        Map.of("arch", "amd64"),
        "2026-01-02T03:04:05Z",
        new VerifyReport("tiny", Optional.empty(), "fp32", checks));
  }

  @Test
  void whatIsWrittenIsFoundAgain() {
    assertThat(CertificateJson.find(folder, MODEL, Optional.empty(), "fp32")).isEmpty();

    Path written = CertificateJson.write(folder, certificate(Optional.empty()));

    assertThat(CertificateJson.find(folder, MODEL, Optional.empty(), "fp32")).contains(written);
    assertThat(CertificateJson.find(folder, MODEL, Optional.empty(), "bf16")).isEmpty();
    assertThat(CertificateJson.find(folder, MODEL, ADAPTER, "fp32")).isEmpty();
    assertThat(CertificateJson.write(folder, certificate(ADAPTER))).isNotEqualTo(written);
  }

  @Test
  void aSelfCheckDoesNotReplaceACheckAgainstReferenceOutputs() {
    Path self = CertificateJson.write(folder, certificate(Optional.empty()));
    Path reference =
        CertificateJson.write(folder, certificate(Optional.empty(), Optional.of(MODEL)));
    CertificateJson.write(folder, certificate(Optional.empty()));

    assertThat(self).isNotEqualTo(reference);
    assertThat(CertificateJson.find(folder, MODEL, Optional.empty(), "fp32")).contains(reference);
  }

  @Test
  void theDocumentHoldsResultMachineAndVersions() {
    Path written = CertificateJson.write(folder, certificate(ADAPTER));

    Map<String, Object> document = ConfigJson.read(written).values();

    assertThat(document)
        .containsEntry("format", "demur-certificate-1")
        .containsEntry("modelHash", MODEL)
        .containsEntry("adapterHash", ADAPTER.orElseThrow())
        .containsEntry("versions", Map.of("java", "25", "demur", "0.1"))
        .doesNotContainKey("referenceHash");
    assertThat(String.valueOf(document.get("result")))
        .contains("pass=false")
        .contains("{name=logits, difference=3.0E-6, tolerance=1.0E-5, pass=true}")
        .contains("{name=greedy, difference=null, tolerance=0.0, pass=false}")
        .contains("{name=bf16, difference=0.5, tolerance=null, pass=true}");
  }

  @Test
  void aReportOfNothingDoesNotPass() {
    assertThat(new VerifyReport("tiny", Optional.empty(), "fp32", List.of()).pass()).isFalse();
  }

  @Test
  void aCacheThatCannotBeWrittenIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");

    Runs.assertRefused(
        ErrorCode.IO,
        () -> CertificateJson.write(file, certificate(Optional.empty())),
        file.toString());
  }

  @Test
  void theIdentityChangesWithWhatDecidesAndOnlyWithThat() throws IOException {
    Path model = TinyModel.llama().write(folder);
    String hash = ModelIdentity.hash(model);
    assertThat(hash).hasSize(64).isEqualTo(ModelIdentity.hash(model));

    Files.writeString(model.resolve("golden.safetensors"), "reference");
    Files.writeString(model.resolve("README.md"), "words");
    assertThat(ModelIdentity.hash(model)).isEqualTo(hash);

    for (String name :
        List.of(
            "tokenizer.json",
            "chat_template.jinja",
            "generation_config.json",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "config.json")) {
      String before = ModelIdentity.hash(model);
      Files.writeString(model.resolve(name), "{}");
      assertThat(ModelIdentity.hash(model)).as(name).isNotEqualTo(before);
    }
    assertThat(ModelIdentity.hash(model.resolve("config.json")))
        .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  }

  @Test
  void theIdentityOfNothingIsRefused() {
    Runs.assertRefused(
        ErrorCode.IO, () -> ModelIdentity.hash(folder.resolve("none")), "cannot list");
  }
}
