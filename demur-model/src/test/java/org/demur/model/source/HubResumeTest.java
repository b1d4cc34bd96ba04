package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;
import static org.demur.model.source.SourceFixtures.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Downloads that are cut, stall, are stopped, or get other bytes than were announced.
class HubResumeTest {
  private static final byte[] GGUF = content(2_500_000, 11);
  private static final String STORE = FakeHub.storePath(GGUF);
  private static final String MODEL = "hf:org/name";

  @TempDir Path cache;
  private FakeHub hub;
  private SourceSettings settings;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub().large("tiny.gguf", GGUF);
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

  private Path blob() {
    return cache.resolve("hub/models--org--name/blobs/" + FakeHub.sha256(GGUF));
  }

  private Path partial() {
    return blob().resolveSibling(blob().getFileName() + ".partial");
  }

  private List<String> ranges() {
    return hub.seen(STORE).stream()
        .map(request -> request.header("Range").orElse("whole"))
        .toList();
  }

  /// Leaves a download that was stopped after `kept` bytes.
  private void keep(byte[] kept) throws IOException {
    Files.createDirectories(blob().getParent());
    Files.write(partial(), kept);
  }

  private void assertNothingIsPublished() {
    assertThat(blob()).doesNotExist();
    assertThat(new ModelSources(settings).cached()).isEmpty();
    assertThat(cache.resolve("hub/models--org--name/refs/main")).doesNotExist();
  }

  @Test
  void aConnectionThatIsCutIsTakenUpAtTheByteWhereItStopped() {
    hub.next(STORE, FakeHub.cutAfter(GGUF, 1_000_000, "\"store-1\""));

    ModelLocation location = resolve();

    assertThat(location.path()).hasBinaryContent(GGUF);
    assertThat(hub.seen(STORE)).hasSize(2);
    FakeHub.Seen second = hub.seen(STORE).getLast();
    // all but what was still on its way in the buffers of the connection
    assertThat(second.header("Range").orElseThrow()).matches("bytes=\\d{5,7}-");
    assertThat(second.header("If-Range")).contains("\"store-1\"");
    assertThat(partial()).doesNotExist();
  }

  @Test
  void aServerThatCutsEveryConnectionIsGivenUpAndTheNextRunGoesOn() throws IOException {
    for (int attempt = 0; attempt < 3; attempt++) {
      hub.next(STORE, FakeHub.cutAfter(GGUF, 400_000, "\"store-1\""));
    }
    // the same first bytes each time: no progress beyond them
    hub.next(STORE, FakeHub.cutAfter(GGUF, 400_000, "\"store-1\""));

    assertFails(ErrorCode.UNREACHABLE, this::resolve, "hf:org/name/tiny.gguf", "3 attempts", "cut");
    assertNothingIsPublished();
    assertThat(partial()).exists();
    long kept = Files.size(partial());
    assertThat(kept).isPositive();
    hub.next(STORE, exchange -> FakeHub.sendRange(exchange, GGUF, "\"store-1\""));
    hub.forget();
    hub.close();
    hub = restarted();

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("bytes=" + kept + "-");
  }

  private FakeHub restarted() throws IOException {
    FakeHub fresh = new FakeHub().large("tiny.gguf", GGUF);
    settings = settings.withHub(fresh.endpoint(), Optional.empty());
    return fresh;
  }

  @Test
  void aServerThatStallsIsLeftAndAskedForTheRest() {
    settings = settings.withLimits(SourceFixtures.withStall(Duration.ofMillis(1500)));
    CountDownLatch end = new CountDownLatch(1);
    hub.next(
        STORE,
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"store-1\"");
          exchange.sendResponseHeaders(200, GGUF.length);
          exchange.getResponseBody().write(GGUF, 0, 1_000_000);
          exchange.getResponseBody().flush();
          await(end);
        });
    try {
      assertThat(resolve().path()).hasBinaryContent(GGUF);
      assertThat(ranges()).hasSize(2).last().asString().startsWith("bytes=");
    } finally {
      end.countDown();
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    settings = settings.withLimits(SourceFixtures.withStall(Duration.ofMillis(300)));
    CountDownLatch end = new CountDownLatch(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      hub.next(hub.listingPath("main"), exchange -> await(end));
    }
    try {
      assertFails(ErrorCode.UNREACHABLE, this::resolve, MODEL, "no answer for 300 ms");
    } finally {
      end.countDown();
    }
  }

  @Test
  void aSlowServerIsNotAStalledOne() {
    settings = settings.withLimits(SourceFixtures.withStall(Duration.ofMillis(2500)));
    hub.next(
        STORE,
        exchange -> {
          exchange.sendResponseHeaders(200, GGUF.length);
          for (int part = 0; part < 10; part++) {
            exchange.getResponseBody().write(GGUF, part * 250_000, 250_000);
            exchange.getResponseBody().flush();
            pause(Duration.ofMillis(300));
          }
          exchange.close();
        });

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("whole");
  }

  @Test
  void bytesWithAnotherHashAreNotKept() {
    byte[] wrong = GGUF.clone();
    wrong[wrong.length - 1] ^= 1;
    hub.next(STORE, exchange -> FakeHub.send(exchange, 200, wrong));

    assertFails(ErrorCode.DOWNLOAD_CORRUPT, this::resolve, "hf:org/name/tiny.gguf", "hash");
    assertNothingIsPublished();
    assertThat(partial()).doesNotExist();
    assertThat(resolve().path()).hasBinaryContent(GGUF);
  }

  @Test
  void anAnswerOfAnotherLengthIsRefused() {
    hub.next(STORE, exchange -> FakeHub.send(exchange, 200, content(GGUF.length - 3, 5)));

    assertFails(ErrorCode.DOWNLOAD_CORRUPT, this::resolve, "2499997 bytes", "2500000");
    assertNothingIsPublished();
  }

  @Test
  void anAnswerWithoutLengthThatDoesNotEndIsRefused() {
    hub.next(
        STORE,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(GGUF);
          exchange.getResponseBody().write(GGUF);
          exchange.close();
        });

    assertFails(ErrorCode.DOWNLOAD_CORRUPT, this::resolve, "more than its 2500000 bytes");
    assertNothingIsPublished();
    assertThat(partial()).doesNotExist();
  }

  @Test
  void aServerWithoutRangesSendsTheWholeFileAgain() throws IOException {
    keep(Arrays.copyOf(GGUF, 700_000));
    hub.next(STORE, exchange -> FakeHub.send(exchange, 200, GGUF));

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("bytes=700000-");
  }

  @Test
  void aRangeThatStartsElsewhereIsNotAppended() throws IOException {
    keep(Arrays.copyOf(GGUF, 700_000));
    hub.next(
        STORE,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 600000-2499999/" + GGUF.length);
          exchange.sendResponseHeaders(206, GGUF.length - 600_000);
          exchange.getResponseBody().write(GGUF, 600_000, GGUF.length - 600_000);
          exchange.close();
        });

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("bytes=700000-", "whole");
  }

  @Test
  void aFileThatChangedOnTheServerIsFetchedFromTheStart() throws IOException {
    keep(Arrays.copyOf(GGUF, 700_000));
    Files.writeString(partial().resolveSibling(partial().getFileName() + ".etag"), "\"store-0\"");

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    // If-Range makes the server send everything in the same answer
    assertThat(ranges()).containsExactly("bytes=700000-");
    assertThat(hub.seen(STORE).getFirst().header("If-Range")).contains("\"store-0\"");
  }

  @Test
  void keptBytesThatWereWrongAreNoticedAndFetchedOnceMore() throws IOException {
    keep(content(700_000, 99));

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("bytes=700000-", "whole");
  }

  @Test
  void aKeptFileThatIsCompleteIsCheckedAndPublishedWithoutARequestForIt() throws IOException {
    keep(GGUF);

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).isEmpty();
  }

  @Test
  void anUnsatisfiableRangeStartsTheFileAgain() throws IOException {
    keep(Arrays.copyOf(GGUF, 700_000));
    hub.next(STORE, FakeHub.status(416));

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("bytes=700000-", "whole");
  }

  @Test
  void anExpiredAddressOfTheOtherHostIsAskedForAgainAtTheHub() {
    hub.next(STORE, FakeHub.status(403));

    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(hub.seen(hub.resolvePath("tiny.gguf"))).hasSize(2);
  }

  @Test
  void anInterruptKeepsWhatArrivedAndTheNextRunGoesOn() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    hub.next(
        STORE,
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"store-1\"");
          exchange.sendResponseHeaders(200, GGUF.length);
          exchange.getResponseBody().write(GGUF, 0, 1_500_000);
          exchange.getResponseBody().flush();
          sent.countDown();
          await(end);
        });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread run = Thread.ofPlatform().start(() -> capture(failure));
    await(sent);
    while (!Files.exists(partial()) || Files.size(partial()) < 1_000_000) {
      pause(Duration.ofMillis(10));
    }
    run.interrupt();
    run.join(Duration.ofSeconds(20));
    end.countDown();

    assertThat(failure.get())
        .isInstanceOf(ModelSourceException.class)
        .hasMessageContaining("interrupted")
        .hasMessageContaining("next run goes on");
    assertNothingIsPublished();
    long kept = Files.size(partial());
    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).containsExactly("whole", "bytes=" + kept + "-");
  }

  @Test
  void aListenerThatThrowsStopsTheDownloadAndNothingIsPublished() {
    IllegalStateException stop = new IllegalStateException("stop");
    ProgressListener stopping =
        (phase, file, done, total) -> {
          if (done > 500_000) {
            throw stop;
          }
        };

    assertThat(Assertions.catchThrowable(() -> new ModelSources(settings).resolve(MODEL, stopping)))
        .isSameAs(stop);
    assertNothingIsPublished();
    assertThat(resolve().path()).hasBinaryContent(GGUF);
    assertThat(ranges()).last().asString().startsWith("bytes=");
  }

  private void capture(AtomicReference<Throwable> failure) {
    try {
      resolve();
    } catch (ModelSourceException e) {
      failure.set(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
