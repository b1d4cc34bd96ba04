package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;
import static org.demur.model.source.SourceFixtures.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache when it is damaged, when several want it at once, and when other programs have one
/// too.
class CacheSharingTest {
  private static final byte[] WEIGHTS = content(200_000, 41);
  private static final String MODEL = "hf:org/name";

  @TempDir Path folder;
  private Path cache;
  private Path theirs;
  private FakeHub hub;
  private SourceSettings settings;

  @BeforeEach
  void start() throws IOException {
    cache = folder.resolve("cache");
    theirs = folder.resolve("theirs");
    hub =
        new FakeHub()
            .small("config.json", "{}")
            .small("tokenizer.json", "{}")
            .large("model.safetensors", WEIGHTS);
    settings =
        SourceSettings.defaults(cache)
            .withHub(hub.endpoint(), Optional.empty())
            .withLimits(SourceFixtures.QUICK);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private ModelLocation resolve() {
    return new ModelSources(settings).resolve(MODEL, ProgressListener.silent());
  }

  private ModelLocation pull() {
    return new ModelSources(settings).pull(MODEL, ProgressListener.silent());
  }

  private static Path weights(ModelLocation location) {
    return location.path().resolve("model.safetensors");
  }

  /// Fills the cache of another program by letting our own client fill one and dropping its
  /// records.
  private void fillTheirs() throws IOException {
    new ModelSources(
            SourceSettings.defaults(folder.resolve("filler"))
                .withHub(hub.endpoint(), Optional.empty()))
        .resolve(MODEL, ProgressListener.silent());
    Files.move(folder.resolve("filler/hub"), theirs);
    hub.forget();
    settings = settings.withHubCaches(List.of(theirs));
  }

  private Path theirFile(String name) {
    return theirs.resolve("models--org--name/snapshots/" + FakeHub.COMMIT + "/" + name);
  }

  @Test
  void aFileThatLostBytesIsFetchedAgain() throws IOException {
    Path file = weights(resolve());
    Files.write(file, new byte[10]);
    hub.forget();

    assertThat(weights(resolve())).hasBinaryContent(WEIGHTS);
    assertThat(hub.seen(FakeHub.storePath(WEIGHTS))).hasSize(1);
  }

  @Test
  void aFileThatIsGoneIsFetchedAgain() throws IOException {
    Path file = weights(resolve());
    Files.delete(file.toRealPath());

    assertThat(weights(resolve())).hasBinaryContent(WEIGHTS);
  }

  @Test
  void aFileThatChangedWithinItsSizeIsFetchedAgainByPull() throws IOException {
    Path file = weights(resolve());
    byte[] changed = WEIGHTS.clone();
    changed[100] ^= 1;
    Files.write(file, changed);

    assertThat(weights(resolve())).hasBinaryContent(changed);
    assertThat(weights(pull())).hasBinaryContent(WEIGHTS);
  }

  @Test
  void aManifestThatCannotBeReadIsAsGoodAsNone() throws IOException {
    resolve();
    for (String name : SourceFixtures.filesBelow(cache.resolve("models"))) {
      Files.writeString(cache.resolve("models").resolve(name), "{\"format\": \"other\"}");
    }
    hub.forget();

    assertThat(weights(resolve())).hasBinaryContent(WEIGHTS);
    assertThat(hub.seen(FakeHub.storePath(WEIGHTS))).isEmpty();
  }

  @Test
  void aPullWithoutTheHubChecksWhatIsThere() throws IOException {
    ModelLocation location = resolve();
    hub.close();
    assertThat(pull()).isEqualTo(location);

    byte[] changed = WEIGHTS.clone();
    changed[100] ^= 1;
    Files.write(weights(location), changed);
    assertFails(ErrorCode.UNREACHABLE, this::pull, MODEL);
    settings = settings.withOffline(true);
    assertFails(ErrorCode.NOT_FOUND, this::pull, "is damaged in the model cache");
  }

  @Test
  void twoThatWantTheSameModelFetchItOnce() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    hub.next(
        FakeHub.storePath(WEIGHTS),
        exchange -> {
          arrived.countDown();
          await(waiting);
          FakeHub.send(exchange, 200, WEIGHTS);
        });
    CompletableFuture<ModelLocation> first = start(this::resolve);
    await(arrived);
    CompletableFuture<ModelLocation> second =
        start(
            () ->
                new ModelSources(settings)
                    .resolve(
                        MODEL,
                        (phase, file, done, total) -> {
                          if (phase == ProgressListener.Phase.WAITING) {
                            waiting.countDown();
                          }
                        }));

    assertThat(first.get()).isEqualTo(second.get());
    assertThat(weights(first.get())).hasBinaryContent(WEIGHTS);
    assertThat(hub.seen(hub.listingPath("main"))).hasSize(1);
    assertThat(hub.seen(FakeHub.storePath(WEIGHTS))).hasSize(1);
  }

  @Test
  void aLockThatAnotherHoldsIsWaitedForAndTheWaitIsTold() throws Exception {
    Path lockFile = cache.resolve("locks/hf-org--name.lock");
    Files.createDirectories(lockFile.resolveSibling(""));
    CountDownLatch told = new CountDownLatch(1);
    CompletableFuture<ModelLocation> run;
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      run =
          start(
              () ->
                  new ModelSources(settings)
                      .resolve(MODEL, (phase, file, done, total) -> told.countDown()));
      await(told);
      assertThat(hub.seen()).isEmpty();
    }
    assertThat(weights(run.get())).hasBinaryContent(WEIGHTS);
  }

  @Test
  void anInterruptEndsTheWaitForALock() throws Exception {
    Path lockFile = cache.resolve("locks/hf-org--name.lock");
    Files.createDirectories(lockFile.resolveSibling(""));
    CountDownLatch told = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      Thread run =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      new ModelSources(settings)
                          .resolve(MODEL, (phase, file, done, total) -> told.countDown());
                    } catch (ModelSourceException e) {
                      failure.set(e);
                    }
                  });
      await(told);
      run.interrupt();
      run.join(Duration.ofSeconds(20));
    }
    assertThat(failure.get()).hasMessageContaining("fetching hf:org/name was interrupted");
    assertThat(weights(resolve())).hasBinaryContent(WEIGHTS);
  }

  @Test
  void aCompleteSnapshotOfAnotherProgramIsUsedInPlaceAlsoOffline() throws Exception {
    fillTheirs();
    settings = settings.withOffline(true);

    ModelLocation location = resolve();

    assertThat(location.path()).startsWith(theirs);
    assertThat(location.revision()).contains(FakeHub.COMMIT);
    assertThat(location.files()).hasSize(3);
    assertThat(pull()).isEqualTo(location);
    assertThat(hub.seen()).isEmpty();
    assertThat(cache).doesNotExist();
  }

  @Test
  void aSnapshotWithoutATokenizerOrWeightsIsPassedOver() throws Exception {
    fillTheirs();
    Files.delete(theirFile("tokenizer.json"));
    assertThat(resolve().path()).startsWith(cache);

    settings = settings.withOffline(true).withHubCaches(List.of(theirs));
    Files.delete(theirFile("model.safetensors"));
    assertThat(resolve().path()).startsWith(cache);
  }

  @Test
  void aSnapshotWithAMissingShardIsPassedOver() throws IOException {
    Path snapshot = theirFile("config.json").resolveSibling("");
    Files.createDirectories(snapshot);
    Files.createDirectories(theirs.resolve("models--org--name/refs"));
    Files.writeString(theirs.resolve("models--org--name/refs/main"), FakeHub.COMMIT);
    for (String name : List.of("config.json", "tokenizer.json", "model-1.safetensors")) {
      Files.writeString(snapshot.resolve(name), "{}");
    }
    Files.writeString(
        snapshot.resolve(FileSelection.INDEX),
        "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}");
    settings = settings.withHubCaches(List.of(theirs)).withOffline(true);
    assertFails(ErrorCode.NOT_FOUND, this::resolve, "not in the model cache");

    Files.writeString(snapshot.resolve("model-2.safetensors"), "{}");
    assertThat(resolve().path()).isEqualTo(snapshot);
  }

  @Test
  void aDamagedFileOfAnotherProgramIsNotTrustedByPull() throws Exception {
    fillTheirs();
    byte[] changed = WEIGHTS.clone();
    changed[7] ^= 1;
    Files.write(theirFile("model.safetensors"), changed);

    ModelLocation location = pull();

    assertThat(location.path()).startsWith(cache);
    assertThat(weights(location)).hasBinaryContent(WEIGHTS);
    assertThat(theirFile("model.safetensors")).hasBinaryContent(changed);
  }

  @Test
  void aGgufThatIsMerelyTheOnlyOneAtHandIsNotTakenForTheRepositorysChoice() throws IOException {
    Path snapshot = theirFile("x").resolveSibling("");
    Files.createDirectories(snapshot);
    Files.createDirectories(theirs.resolve("models--org--name/refs"));
    Files.writeString(theirs.resolve("models--org--name/refs/main"), FakeHub.COMMIT);
    Files.writeString(snapshot.resolve("tiny.Q8_0.gguf"), "GGUF");
    settings = settings.withHubCaches(List.of(theirs)).withOffline(true);

    assertFails(ErrorCode.NOT_FOUND, this::resolve, "not in the model cache");
    assertThat(
            new ModelSources(settings)
                .resolve(MODEL + "/tiny.Q8_0.gguf", ProgressListener.silent())
                .path())
        .isEqualTo(snapshot.resolve("tiny.Q8_0.gguf"));
  }

  /// Runs on a thread of its own; the common pool may have only one.
  private static <T> CompletableFuture<T> start(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, run -> Thread.ofPlatform().start(run));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
