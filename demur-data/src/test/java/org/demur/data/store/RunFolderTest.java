package org.demur.data.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.demur.core.ErrorCode;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir private Path folder;

  private static RunDescription run(String... configuration) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < configuration.length; i += 2) {
      map.put(configuration[i], configuration[i + 1]);
    }
    return new RunDescription("audit", "HuggingFaceTB/SmolLM2-135M Instruct", map);
  }

  @Test
  void runsOfTheSameSecondGetDifferentFolders() {
    Path parent = folder.resolve("runs");
    RunFolder first = RunFolder.create(parent, run("seed", "1"), NOW);
    RunFolder second = RunFolder.create(parent, run("seed", "1"), NOW);
    assertThat(first.path())
        .isEqualTo(parent.resolve("20260304-050607-huggingfacetb-smollm2-135m-instruct"));
    assertThat(second.path()).isEqualTo(Path.of(first.path() + "-2"));
    assertThat(RunFolder.open(second.path(), "audit").created()).isEqualTo(NOW);
    assertThat(RunFolder.open(second.path(), "audit").description()).isEqualTo(run("seed", "1"));
  }

  @Test
  void namesCannotLeaveTheFolder() {
    RunFolder run = RunFolder.create(folder, new RunDescription("audit", "../..", Map.of()), NOW);
    assertThat(run.path().getParent()).isEqualTo(folder);
    assertThat(run.file("artefacts/a.json")).isEqualTo(run.path().resolve("artefacts/a.json"));
    assertThatThrownBy(() -> run.file("../a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> run.file("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFolderOfOnesChoiceMustBeNewOrEmpty() throws IOException {
    Path chosen = folder.resolve("mine");
    RunFolder.createAt(chosen, run("seed", "1"), NOW);
    refused(
        () -> RunFolder.createAt(chosen, run("seed", "1"), NOW),
        chosen + " holds a run already; continue it with --resume or choose another folder");
    Path other = Files.createDirectory(folder.resolve("photos"));
    RunFolder.createAt(other, run(), NOW);
    Path foreign = Files.createDirectory(folder.resolve("thesis"));
    Files.writeString(foreign.resolve("run.json"), "{\"tool\":\"another\"}");
    refused(
        () -> RunFolder.createAt(foreign, run(), NOW),
        foreign + " is not a report folder of demur");
    assertThat(foreign.resolve("run.json")).hasContent("{\"tool\":\"another\"}");
    Path file = Files.writeString(folder.resolve("file"), "x");
    refused(() -> RunFolder.createAt(file, run(), NOW), file + " is a file, not a folder");
  }

  @Test
  void aRunIsContinuedOnlyAsItWasStarted() {
    Path path = RunFolder.create(folder, run("seed", "1", "profile", "quick"), NOW).path();
    RunFolder again = RunFolder.resume(path, run("profile", "quick", "seed", "1"));
    assertThat(again.configuration()).containsEntry("seed", "1");
    refused(
        () -> RunFolder.resume(path, run("seed", "2", "adapter", "a")),
        "was started with another configuration and cannot be continued with this one: "
            + "adapter was not set, now a; profile was quick, now not set; seed was 1, now 2");
  }

  @Test
  void foldersThatAreNotOursAreRefused() throws IOException {
    refused(() -> RunFolder.open(folder, "audit"), "is not a report folder of demur");
    refused(() -> RunFolder.open(folder.resolve("none"), "audit"), "there is no folder");
    Path path = RunFolder.create(folder, run(), NOW).path();
    refused(() -> RunFolder.open(path, "sweep"), "of kind \"audit\"; expected \"sweep\"");
    Path marker = path.resolve("run.json");
    Files.writeString(marker, Files.readString(marker).replace("\"schema\" : 1", "\"schema\" : 2"));
    refused(() -> RunFolder.open(path, "audit"), "has schema 2; this version reads 1");
  }

  @Test
  void failuresToWriteAreOneSentence() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    refused(() -> RunFolder.create(file.resolve("runs"), run(), NOW), "cannot write " + file);
    assertThat(StoreException.cannotWrite(file, new AccessDeniedException("a")))
        .hasMessage("cannot write " + file + ": permission denied");
    assertThat(
            StoreException.cannotWrite(
                file, new FileSystemException("a", null, "No space left on device")))
        .hasMessage("cannot write " + file + ": the disk is full");
    assertThat(
            StoreException.cannotWrite(
                file, new FileSystemException("a", null, "Read-only file system")))
        .hasMessage("cannot write " + file + ": the file system is read-only");
  }

  @Test
  void aFolderWithoutRightsIsNamed() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      if (!Files.isWritable(locked)) { // The superuser may write everywhere.
        refused(() -> RunFolder.create(locked, run(), NOW), "permission denied");
        refused(() -> RowLog.open(locked.resolve("a.jsonl")).close(), "permission denied");
      }
    } finally {
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    // Nobody can make files there.
    Path kernel = Path.of("/proc/self");
    if (Files.isDirectory(kernel)) {
      refused(() -> RunFolder.create(kernel, run(), NOW), "cannot write /proc/self");
    }
  }

  @Test
  void damagedMarkersAreReadOrRefusedWithOneSentence() throws IOException {
    Path path = RunFolder.create(folder, run("seed", "1"), NOW).path();
    Path marker = path.resolve("run.json");
    String whole = Files.readString(marker);
    new MutationRun("run markers", 300)
        .run(
            seed -> {
              String damaged = Mutations.mutateText(whole, seed);
              Files.write(marker, damaged.getBytes(StandardCharsets.UTF_8));
              RunFolder.resume(path, run("seed", "1"));
            });
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isNotEqualTo(ErrorCode.CHECK_FAILED))
        .hasMessageContaining(message);
  }
}
