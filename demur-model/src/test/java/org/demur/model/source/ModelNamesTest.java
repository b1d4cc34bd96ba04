package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a model is named: registered names, paths, references to the hub, and mistakes in them.
class ModelNamesTest {
  @TempDir Path folder;

  private ModelLocation resolve(String model) {
    return new ModelSources(
            SourceSettings.defaults(folder.resolve("cache"))
                .withOffline(true)
                .withHub(URI.create("http://127.0.0.1:1"), Optional.empty()))
        .resolve(model, ProgressListener.silent());
  }

  @Test
  void aTypoIsAnsweredWithTheKnownNamesAndTheNearest() {
    assertFails(
        ErrorCode.NOT_FOUND,
        () -> resolve("smolm2"),
        "\"smolm2\"",
        "smollm2, gemma3-270m",
        "did you mean \"smollm2\"?");
    assertThat(ErrorCode.NOT_FOUND.exitCode()).isEqualTo(4);
  }

  @Test
  void aRepositoryWithoutItsPrefixIsRecognised() {
    assertFails(ErrorCode.NOT_FOUND, () -> resolve("org/name"), "write hf:org/name");
  }

  @Test
  void anEmptyNameAndOneThatIsNoPathAreNotFound() {
    assertFails(ErrorCode.NOT_FOUND, () -> resolve(""), "smollm2");
    assertFails(ErrorCode.NOT_FOUND, () -> resolve("a\0b"), "smollm2");
  }

  @Test
  void aFolderWithAConfigurationIsAModel() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    ModelLocation location = resolve(folder.toString());
    assertThat(location.kind()).isEqualTo(ModelLocation.Kind.FOLDER);
    assertThat(location.path()).isEqualTo(folder);
    assertThat(location.files()).isEmpty();
    assertThat(location.sha256()).isEmpty();
  }

  @Test
  void aGgufFileIsAModel() throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.GGUF"), "GGUF");
    assertThat(resolve(file.toString()).kind()).isEqualTo(ModelLocation.Kind.GGUF);
  }

  @Test
  void aFolderWithoutAConfigurationSaysSoAndNamesTheGgufsInIt() throws IOException {
    assertFails(ErrorCode.FILE_FORMAT, () -> resolve(folder.toString()), "no config.json");
    Path file = Files.writeString(folder.resolve("tiny.gguf"), "GGUF");
    assertFails(ErrorCode.FILE_FORMAT, () -> resolve(folder.toString()), file.toString());
  }

  @Test
  void anotherFileIsNoModel() throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "x");
    assertFails(ErrorCode.FILE_FORMAT, () -> resolve(file.toString()), ".gguf", "config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "hf:org/name, org/name, main, ''",
    "hf:Qwen/Qwen2.5-0.5B@v1.0, Qwen/Qwen2.5-0.5B, v1.0, ''",
    "hf:org/name@refs/pr/3, org/name, refs/pr/3, ''",
    "hf:org/name/a.gguf, org/name, main, a.gguf",
    "hf:org/name/sub/a.Q4_0.gguf@dev, org/name, dev, sub/a.Q4_0.gguf",
  })
  void aReferenceHasARepositoryARevisionAndPerhapsAFile(
      String text, String repository, String revision, String file) {
    HubReference reference = HubReference.parse(text);
    assertThat(reference.repository()).isEqualTo(repository);
    assertThat(reference.revision()).isEqualTo(revision);
    assertThat(reference.file().orElse("")).isEqualTo(file);
    assertThat(HubReference.parse(reference.text())).isEqualTo(reference);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:",
        "hf:name",
        "hf:org/",
        "hf:/name",
        "hf:org/na me",
        "hf:org/name@",
        "hf:org/name@../x",
        "hf:org/name@/x",
        "hf:org/name@a//b",
        "hf:org/name@x?y",
        "hf:../name",
        "hf:org/..",
        "hf:org/a..b",
        "hf:org/a--b",
        "hf:org/name/model.bin",
        "hf:org/name/../a.gguf",
        "hf:org/name//a.gguf",
        "hf:org\\name/x",
      })
  void aMalformedReferenceIsAnsweredWithTheForm(String text) {
    assertFails(ErrorCode.USAGE, () -> resolve(text), "hf:org/name@revision");
  }

  @Test
  void differentReferencesHaveDifferentKeys() {
    List<String> references =
        List.of(
            "hf:org/name",
            "hf:org/name@v1",
            "hf:org/name/a.gguf",
            "hf:org-name/x",
            "hf:org/name-x",
            "hf:org/name@a/b",
            "hf:org/name@a-b");
    Set<String> keys = new HashSet<>();
    for (String text : references) {
      String key = HubReference.parse(text).key();
      assertThat(key).matches("[A-Za-z0-9._@-]+");
      keys.add(key);
    }
    assertThat(keys).hasSameSizeAs(references);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/..",
        ".hidden",
        "a/.b",
        "a\\b",
        "C:a",
        "a\0b",
        "a b",
        "a.",
        "ä",
        "a\nb",
        "~",
        "con\u202Egpj"
      })
  void namesThatCouldMeanAnotherPlaceAreNotSafe(String name) {
    assertThat(SafeNames.isSafe(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "a/b/c.gguf", "model-00001-of-00002.safetensors", "a+b_c"})
  void plainNamesAreSafe(String name) {
    assertThat(SafeNames.isSafe(name)).isTrue();
  }

  @Test
  void theRegisteredModelsAreFixedByHashesThatAddUp() {
    List<RegisteredModel> models = Registry.standard().models();
    assertThat(models).extracting(RegisteredModel::name).containsExactly("smollm2", "gemma3-270m");
    assertThat(models)
        .allSatisfy(
            model -> {
              assertThat(model.sha256()).matches("[0-9a-f]{64}");
              assertThat(model.packages())
                  .allSatisfy(part -> assertThat(part.wheelSha256()).matches("[0-9a-f]{64}"));
              assertThat(model.packages().stream().mapToLong(PythonPackage::entryBytes).sum())
                  .isEqualTo(model.bytes());
              assertThat(SafeNames.isSafeSegment(model.fileName())).isTrue();
              assertThat(HubReference.of(model.hub()).text()).startsWith("hf:");
            });
  }

  @Test
  void settingsRefuseWhatCannotBeUsed() {
    SourceSettings settings = SourceSettings.defaults(folder);
    assertFails(
        ErrorCode.USAGE,
        () -> settings.withHub(URI.create("ftp://hub.test"), Optional.empty()),
        "ftp://hub.test",
        "https://");
    assertFails(
        ErrorCode.USAGE,
        () -> settings.withHub(SourceSettings.PUBLIC_HUB, Optional.of("a\r\nX: y")),
        "token");
    assertFails(ErrorCode.USAGE, () -> settings.withPythonCommand(List.of()), "python3");
    assertFails(
        ErrorCode.USAGE,
        () -> settings.withProxy(Optional.of(URI.create("nonsense"))),
        "proxy",
        "nonsense");
    assertThat(settings.withHub(SourceSettings.PUBLIC_HUB, Optional.of("  ")).hubToken()).isEmpty();
  }
}
