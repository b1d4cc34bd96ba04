package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;
import static org.demur.model.source.SourceFixtures.content;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a hub can refuse, and servers that lie.
class HubRefusalTest {
  private static final byte[] GGUF = content(100_000, 21);
  private static final String MODEL = "hf:org/name";

  @TempDir Path folder;
  private Path cache;
  private FakeHub hub;
  private SourceSettings settings;

  @BeforeEach
  void start() throws IOException {
    cache = folder.resolve("a/b/cache");
    hub = new FakeHub();
    settings =
        SourceSettings.defaults(cache)
            .withHub(hub.endpoint(), Optional.empty())
            .withLimits(SourceFixtures.QUICK);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private ModelLocation resolve(String model) {
    return new ModelSources(settings).resolve(model, ProgressListener.silent());
  }

  private void assertRefused(ErrorCode code, String... parts) {
    assertFails(code, () -> resolve(MODEL), parts);
  }

  private String listing() {
    return hub.listingPath("main");
  }

  @Test
  void aRepositoryThatDoesNotExistIsNotFound() {
    assertFails(ErrorCode.NOT_FOUND, () -> resolve("hf:org/other"), "hf:org/other");
  }

  @Test
  void aRevisionThatDoesNotExistIsNamed() {
    hub.next(hub.listingPath("v9"), FakeHub.status(404, "X-Error-Code", "RevisionNotFound"));
    assertFails(
        ErrorCode.NOT_FOUND, () -> resolve("hf:org/name@v9"), "hf:org/name", "revision \"v9\"");
  }

  @Test
  void aRefusalWithoutATokenSaysThatOneMayBeNeeded() {
    hub.next(listing(), FakeHub.status(401));
    assertRefused(ErrorCode.UNREACHABLE, MODEL, "401", "private or gated", "HF_TOKEN");
  }

  @Test
  void aRefusalThatTheHubCallsUnknownIsNotFound() {
    hub.next(listing(), FakeHub.status(401, "X-Error-Code", "RepoNotFound"));
    assertRefused(ErrorCode.NOT_FOUND, MODEL, "does not exist", "HF_TOKEN");
  }

  @Test
  void aGatedRepositorySaysWhereToAcceptItsLicence() {
    hub.next(listing(), FakeHub.status(403, "X-Error-Code", "GatedRepo"));
    assertRefused(
        ErrorCode.UNREACHABLE,
        "gated",
        "accept its licence at " + hub.endpoint() + "/org/name",
        "HF_TOKEN");
  }

  @Test
  void aFileThatIsGatedThoughItsListingIsNotSaysSoToo() {
    hub.large("tiny.gguf", GGUF)
        .next(hub.resolvePath("tiny.gguf"), FakeHub.status(401, "X-Error-Code", "GatedRepo"));
    assertRefused(ErrorCode.UNREACHABLE, MODEL, "gated", "accept its licence", "HF_TOKEN");
    assertThat(new ModelSources(settings).cached()).isEmpty();
  }

  @Test
  void aTokenThatIsRefusedIsNotShown() {
    settings = settings.withHub(hub.endpoint(), Optional.of("hf_secret"));
    hub.next(listing(), FakeHub.status(401));
    assertThat(Assertions.catchThrowable(() -> resolve(MODEL)))
        .hasMessageContaining("the present token was refused")
        .message()
        .doesNotContain("hf_secret");
    assertThat(settings.toString()).doesNotContain("hf_secret");
  }

  @Test
  void aBusyHubIsAskedAgainAfterTheTimeThatItNames() {
    hub.large("tiny.gguf", GGUF)
        .next(listing(), FakeHub.status(429, "Retry-After", "1"))
        .next(hub.resolvePath("tiny.gguf"), FakeHub.status(503));
    List<ProgressListener.Phase> phases = new ArrayList<>();
    long start = System.nanoTime();

    ModelLocation location =
        new ModelSources(settings).resolve(MODEL, (phase, file, done, total) -> phases.add(phase));

    assertThat(location.path()).hasBinaryContent(GGUF);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(hub.seen(listing())).hasSize(2);
    assertThat(phases).contains(ProgressListener.Phase.RETRYING);
  }

  @Test
  void aHubThatAsksForTooLongAWaitIsGivenUpAtOnce() {
    hub.next(listing(), FakeHub.status(429, "Retry-After", "3600"));
    assertRefused(ErrorCode.UNREACHABLE, MODEL, "429", "too many requests", "3600");
    assertThat(hub.seen(listing())).hasSize(1);
  }

  @Test
  void aHubThatStaysBusyIsGivenUpAfterTheSetNumberOfAttempts() {
    for (int attempt = 0; attempt < 5; attempt++) {
      hub.next(listing(), FakeHub.status(502));
    }
    assertRefused(ErrorCode.UNREACHABLE, MODEL, "502", "after 3 attempts");
    assertThat(hub.seen(listing())).hasSize(3);
  }

  @Test
  void redirectsInACircleEnd() {
    for (int hop = 0; hop < 60; hop++) {
      hub.next(listing(), FakeHub.status(302, "Location", listing()));
    }
    assertRefused(ErrorCode.UNREACHABLE, MODEL, "redirects");
  }

  @Test
  void aRedirectToSomethingThatIsNotHttpIsRefused() {
    for (int attempt = 0; attempt < 3; attempt++) {
      hub.next(listing(), FakeHub.status(302, "Location", "file:///etc/hostname"));
    }
    assertRefused(ErrorCode.UNREACHABLE, MODEL, "not HTTP");
  }

  @Test
  void aRedirectFromAnEncryptedToAPlainConnectionIsRefused() {
    assertThat(
            Assertions.catchThrowable(
                () -> HubHttp.target(URI.create("https://a.test/x"), "http://a.test/x")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("plain");
  }

  @Test
  void aPageThatIsNoListingIsNotTakenForOne() {
    hub.next(listing(), FakeHub.body("<html>Please log in</html>"));
    assertRefused(ErrorCode.UNREACHABLE, "no listing", "is it a Hugging Face hub?");
  }

  @Test
  void aListingWithoutACommitIsNoListing() {
    hub.next(listing(), FakeHub.body("{\"sha\": \"../../..\", \"siblings\": []}"));
    assertRefused(ErrorCode.UNREACHABLE, "no listing");
  }

  @Test
  void namesThatLeaveTheFolderAreNeverFetchedOrWritten() throws IOException {
    hub.small("config.json", "{}")
        .listed("../../../../evil.safetensors")
        .listed("tokenizer/../../../evil.json")
        .listed("/etc/evil.safetensors")
        .listed("a\\\\..\\\\evil.safetensors")
        .listed("..")
        .large("model.safetensors", GGUF);

    ModelLocation location = resolve(MODEL);

    assertThat(SourceFixtures.filesBelow(location.path()))
        .containsExactly("config.json", "model.safetensors");
    assertThat(SourceFixtures.filesBelow(folder)).noneMatch(name -> name.contains("evil"));
    assertThat(hub.seen()).noneMatch(request -> request.path().contains("evil"));
  }

  @Test
  void anIndexThatLeavesTheFolderIsRefused() {
    hub.small("config.json", "{}")
        .small(
            "model.safetensors.index.json",
            "{\"weight_map\": {\"a\": \"../../../evil.safetensors\"}}")
        .listed("../../../evil.safetensors");
    assertRefused(ErrorCode.JSON_FORMAT, "model.safetensors.index.json", "plain name");
    assertThat(new ModelSources(settings).cached()).isEmpty();
  }

  @Test
  void pickledWeightsAreRefusedWithTheReason() {
    hub.small("config.json", "{}").listed("pytorch_model.bin");
    assertRefused(ErrorCode.MODEL_WEIGHTS, MODEL, "pickle can run code", "safetensors");
    assertThat(hub.seen()).hasSize(1);
  }

  @Test
  void aDownloadLargerThanTheLimitIsRefusedBeforeItStarts() {
    NetworkLimits quick = SourceFixtures.QUICK;
    settings =
        settings.withLimits(
            new NetworkLimits(
                quick.connectTimeout(),
                quick.stallTimeout(),
                quick.attempts(),
                quick.firstWait(),
                quick.longestWait(),
                50_000));
    hub.large("tiny.gguf", GGUF);
    assertRefused(ErrorCode.DOWNLOAD_CORRUPT, MODEL, "0.1 MB", "are accepted");
    assertThat(hub.seen(FakeHub.storePath(GGUF))).isEmpty();
  }

  @Test
  void aDownloadThatDoesNotFitOnTheDiskIsRefusedBeforeItStarts() {
    NetworkLimits quick = SourceFixtures.QUICK;
    settings =
        settings.withLimits(
            new NetworkLimits(
                quick.connectTimeout(),
                quick.stallTimeout(),
                quick.attempts(),
                quick.firstWait(),
                quick.longestWait(),
                Long.MAX_VALUE));
    hub.large("tiny.gguf", GGUF);
    hub.statedSize = Optional.of(Long.MAX_VALUE - 1);
    assertRefused(ErrorCode.IO, MODEL, "are free in");
    assertThat(hub.seen(FakeHub.storePath(GGUF))).isEmpty();
  }

  @Test
  void sizesWhoseSumOverflowsAreRefused() {
    hub.small("config.json", "{}").large("model.safetensors", GGUF);
    hub.statedSize = Optional.of(Long.MAX_VALUE - 5);
    assertRefused(ErrorCode.DOWNLOAD_CORRUPT, MODEL, "claims to have");
  }

  @Test
  void aFileFromAnotherCommitIsRefused() {
    hub.large("tiny.gguf", GGUF)
        .next(
            hub.resolvePath("tiny.gguf"),
            exchange -> {
              exchange.getResponseHeaders().set("X-Repo-Commit", "a".repeat(40));
              FakeHub.send(exchange, 200, GGUF);
            });
    assertRefused(ErrorCode.DOWNLOAD_CORRUPT, "another commit", FakeHub.COMMIT);
  }

  @Test
  void aHubThatCannotBeReachedIsGivenUpAtOnceWithItsAddress() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    settings = settings.withHub(URI.create("http://user:pw@127.0.0.1:" + port), Optional.empty());
    assertThat(Assertions.catchThrowable(() -> resolve(MODEL)))
        .hasMessageContainingAll(MODEL, "http://127.0.0.1:" + port, "refused")
        .message()
        .doesNotContain("pw");
  }

  @Test
  void offlineNoRequestIsMade() {
    hub.large("tiny.gguf", GGUF);
    settings = settings.withOffline(true);
    assertRefused(ErrorCode.NOT_FOUND, MODEL, "not in the model cache", "--offline");
    assertFails(
        ErrorCode.NOT_FOUND,
        () -> new ModelSources(settings).pull(MODEL, ProgressListener.silent()),
        "--offline");
    assertThat(hub.seen()).isEmpty();
    assertThat(cache).doesNotExist();
  }

  @Test
  void aCacheThatCannotBeWrittenSaysHowToChooseAnother() throws IOException {
    hub.large("tiny.gguf", GGUF);
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    settings =
        SourceSettings.defaults(file.resolve("cache"))
            .withHub(hub.endpoint(), Optional.empty())
            .withLimits(SourceFixtures.QUICK);
    assertRefused(ErrorCode.IO, "cannot write to the model cache", "DEMUR_CACHE");
  }
}
