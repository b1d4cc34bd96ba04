package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;
import static org.demur.model.source.SourceFixtures.content;
import static org.demur.model.source.SourceFixtures.filesBelow;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is fetched from a hub that behaves, and where it is put.
class HubDownloadTest {
  private static final byte[] WEIGHTS = content(300_000, 1);

  @TempDir Path cache;
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private SourceSettings settings() {
    return SourceSettings.defaults(cache)
        .withHub(hub.endpoint(), Optional.empty())
        .withLimits(SourceFixtures.QUICK);
  }

  private ModelLocation resolve(String model) {
    return new ModelSources(settings()).resolve(model, ProgressListener.silent());
  }

  private FakeHub folderModel() {
    return hub.small("config.json", "{\"model_type\": \"llama\"}")
        .small("generation_config.json", "{}")
        .small("tokenizer.json", "{\"model\": {}}")
        .small("tokenizer_config.json", "{}")
        .small("chat_template.jinja", "{{ messages }}")
        .large("model.safetensors", WEIGHTS);
  }

  @Test
  void aFolderGetsTheFilesThatAModelNeedsAndNoOthers() throws IOException {
    folderModel()
        .listed("pytorch_model.bin")
        .listed("README.md")
        .listed("onnx/model.onnx")
        .listed("consolidated.safetensors")
        .listed("original/config.json");

    ModelLocation location = resolve("hf:org/name");

    assertThat(location.kind()).isEqualTo(ModelLocation.Kind.FOLDER);
    assertThat(filesBelow(location.path()))
        .containsExactly(
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(location.path().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(location.revision()).contains(FakeHub.COMMIT);
    assertThat(location.license()).contains("apache-2.0");
    assertThat(location.source()).isEqualTo("hf:org/name@" + FakeHub.COMMIT);
  }

  @Test
  void theFilesLieInTheLayoutThatPythonProgramsShare() throws IOException {
    folderModel();
    resolve("hf:org/name");

    Path repository = cache.resolve("hub/models--org--name");
    Path link = repository.resolve("snapshots/" + FakeHub.COMMIT + "/model.safetensors");
    assertThat(repository.resolve("refs/main")).hasContent(FakeHub.COMMIT);
    assertThat(Files.readSymbolicLink(link))
        .isEqualTo(Path.of("../../blobs/" + FakeHub.sha256(WEIGHTS)));
    assertThat(
            repository.resolve("blobs/" + FakeHub.gitBlob("{}".getBytes(StandardCharsets.UTF_8))))
        .hasContent("{}");
  }

  @Test
  void aModelThatIsInTheCacheIsFoundWithoutAnyRequest() {
    folderModel();
    ModelLocation first = resolve("hf:org/name");
    hub.forget();

    assertThat(resolve("hf:org/name")).isEqualTo(first);
    assertThat(hub.seen()).isEmpty();
    assertThat(new ModelSources(settings()).cached())
        .singleElement()
        .satisfies(
            model -> {
              assertThat(model.name()).isEqualTo("hf:org/name");
              assertThat(model.intact()).isTrue();
              assertThat(model.bytes())
                  .isEqualTo(first.files().stream().mapToLong(ModelFile::bytes).sum());
            });
  }

  @Test
  void everyRecordedHashIsThatOfTheFile() {
    folderModel();
    ModelLocation location = resolve("hf:org/name");

    assertThat(location.files()).hasSize(6);
    assertThat(location.files())
        .allSatisfy(
            file ->
                assertThat(file.sha256())
                    .contains(Hashes.ofFile(location.path().resolve(file.name()))));
  }

  @Test
  void ofAShardedModelTheShardsOfTheIndexAreFetched() {
    byte[] first = content(50_000, 2);
    byte[] second = content(60_000, 3);
    hub.small("config.json", "{}")
        .small("tokenizer.json", "{}")
        .small(
            "model.safetensors.index.json",
            """
            {"weight_map": {"a": "model-00001-of-00002.safetensors",
             "b": "model-00002-of-00002.safetensors", "c": "model-00001-of-00002.safetensors"}}
            """)
        .large("model-00001-of-00002.safetensors", first)
        .large("model-00002-of-00002.safetensors", second)
        .listed("consolidated.safetensors");

    ModelLocation location = resolve("hf:org/name");

    assertThat(filesBelow(location.path()))
        .containsExactly(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "tokenizer.json");
    assertThat(location.path().resolve("model-00002-of-00002.safetensors"))
        .hasBinaryContent(second);
  }

  @Test
  void anIndexThatNamesAFileWhichTheRepositoryLacksIsReported() {
    hub.small("config.json", "{}")
        .small(
            "model.safetensors.index.json",
            "{\"weight_map\": {\"a\": \"model-00002-of-00002.safetensors\"}}")
        .large("model-00001-of-00002.safetensors", WEIGHTS);

    assertFails(
        ErrorCode.NOT_FOUND,
        () -> resolve("hf:org/name"),
        "hf:org/name",
        "model-00002-of-00002.safetensors",
        "did you mean \"model-00001-of-00002.safetensors\"");
    assertThat(new ModelSources(settings()).cached()).isEmpty();
  }

  @Test
  void aNamedGgufIsFetchedAlone() {
    byte[] other = content(1000, 4);
    folderModel().large("sub/tiny.Q8_0.gguf", other).large("tiny.Q4_0.gguf", WEIGHTS);

    ModelLocation location = resolve("hf:org/name/sub/tiny.Q8_0.gguf");

    assertThat(location.kind()).isEqualTo(ModelLocation.Kind.GGUF);
    assertThat(location.path()).hasFileName("tiny.Q8_0.gguf").hasBinaryContent(other);
    assertThat(location.sha256()).contains(FakeHub.sha256(other));
    assertThat(location.path().endsWith("snapshots/" + FakeHub.COMMIT + "/sub/tiny.Q8_0.gguf"))
        .isTrue();
    assertThat(hub.seen(FakeHub.storePath(WEIGHTS))).isEmpty();
  }

  @Test
  void aRevisionIsAskedForAndRecordedUnderItsOwnName() {
    folderModel();
    ModelLocation location = resolve("hf:org/name@refs/pr/7");

    assertThat(hub.seen(hub.listingPath("refs%2Fpr%2F7"))).hasSize(1);
    assertThat(cache.resolve("hub/models--org--name/refs/refs/pr/7")).hasContent(FakeHub.COMMIT);
    assertThat(location.name()).isEqualTo("hf:org/name@refs/pr/7");
    hub.forget();
    resolve("hf:org/name@v2");
    assertThat(hub.seen(hub.listingPath("v2"))).hasSize(1);
  }

  @Test
  void aHubWhoseListingHasNoHashesIsAskedForEachFile() {
    hub.statesBlobs = false;
    folderModel();

    ModelLocation location = resolve("hf:org/name");

    assertThat(location.path().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    // only at the hub: the other host's addresses are signed for the download alone
    assertThat(hub.seen().stream().filter(request -> request.method().equals("HEAD")))
        .hasSize(6)
        .allSatisfy(request -> assertThat(request.host()).isEqualTo("hub"));
    assertThat(cache.resolve("hub/models--org--name/blobs/" + FakeHub.sha256(WEIGHTS))).exists();
  }

  @Test
  void theTokenGoesToTheHubAndNotToTheHostThatItRedirectsTo() {
    folderModel();
    new ModelSources(settings().withHub(hub.endpoint(), Optional.of("hf_secret")))
        .resolve("hf:org/name", ProgressListener.silent());

    assertThat(hub.seen().stream().filter(request -> request.host().equals("hub")))
        .isNotEmpty()
        .allSatisfy(
            request -> assertThat(request.header("Authorization")).contains("Bearer hf_secret"));
    assertThat(hub.seen().stream().filter(request -> request.host().equals("store")))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.header("Authorization")).isEmpty());
  }

  @Test
  void aRedirectOnTheHubItselfIsFollowedWithTheToken() {
    folderModel()
        .next(
            hub.listingPath("main"), FakeHub.status(307, "Location", "/api/models/org/name/moved"))
        .next(
            "/api/models/org/name/moved", FakeHub.status(307, "Location", hub.listingPath("main")));
    ModelSources sources =
        new ModelSources(settings().withHub(hub.endpoint(), Optional.of("hf_secret")));

    sources.resolve("hf:org/name", ProgressListener.silent());

    assertThat(hub.seen("/api/models/org/name/moved"))
        .singleElement()
        .satisfies(
            request -> assertThat(request.header("Authorization")).contains("Bearer hf_secret"));
  }

  @Test
  void aProxyIsAskedInPlaceOfTheHub() {
    hub.small("tiny.gguf", "GGUF and more");
    SourceSettings behindProxy =
        settings()
            .withHub(URI.create("http://hub.test"), Optional.empty())
            .withProxy(Optional.of(hub.endpoint()));

    ModelLocation location =
        new ModelSources(behindProxy).resolve("hf:org/name", ProgressListener.silent());

    assertThat(location.path()).hasContent("GGUF and more");
    assertThat(hub.seen())
        .allSatisfy(request -> assertThat(request.header("Host")).contains("hub.test"));
  }

  @Test
  void progressTellsTheBytesOfEachFileUpToItsSize() {
    folderModel();
    List<Long> done = new ArrayList<>();
    List<ProgressListener.Phase> phases = new ArrayList<>();
    new ModelSources(settings())
        .resolve(
            "hf:org/name",
            (phase, file, bytesDone, bytesTotal) -> {
              phases.add(phase);
              if (file.equals("model.safetensors")) {
                assertThat(bytesTotal).isEqualTo(WEIGHTS.length);
                done.add(bytesDone);
              }
            });

    assertThat(phases.getFirst()).isEqualTo(ProgressListener.Phase.CONNECTING);
    assertThat(phases).contains(ProgressListener.Phase.DOWNLOADING);
    assertThat(done).isSorted().endsWith((long) WEIGHTS.length);
  }

  @Test
  void afterAPullTheBranchMeansTheNewCommitAndUnchangedFilesAreNotFetchedAgain() {
    folderModel();
    ModelLocation before = resolve("hf:org/name");
    hub.commit = "f".repeat(40);
    hub.small("config.json", "{\"model_type\": \"llama\", \"changed\": true}");
    hub.forget();

    assertThat(resolve("hf:org/name")).isEqualTo(before);
    ModelLocation after =
        new ModelSources(settings()).pull("hf:org/name", ProgressListener.silent());

    assertThat(after.revision()).contains("f".repeat(40));
    assertThat(after.path().resolve("config.json")).content().contains("changed");
    assertThat(before.path().resolve("config.json")).content().doesNotContain("changed");
    assertThat(hub.seen(FakeHub.storePath(WEIGHTS))).isEmpty();
    assertThat(resolve("hf:org/name")).isEqualTo(after);
  }
}
