package org.demur.data.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.demur.core.ErrorCode;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowLogTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("deep").resolve("rows.jsonl");
  }

  private static Map<String, Object> row(long n) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("n", n);
    row.put("score", 0.1 + n);
    row.put("refused", n % 2 == 0);
    row.put("reply", "line\nbreak, \"quote\", \u2028 漢 🦙");
    row.put("layers", List.of(1.0, -0.0, 1e-300));
    return row;
  }

  @Test
  void rowsComeBackInOrderAndBitForBit() {
    Map<String, Object> odd =
        Map.of(
            "nan",
            Double.NaN,
            "far",
            Double.NEGATIVE_INFINITY,
            "whole",
            3.0,
            "big",
            Long.MAX_VALUE);
    try (RowLog log = RowLog.open(file)) {
      log.append("b", row(2));
      log.append("a", row(1));
      log.append("odd", odd);
      assertThat(log.contains("a")).isTrue();
    }
    try (RowLog log = RowLog.open(file)) {
      assertThat(log.ids()).containsExactly("b", "a", "odd");
      assertThat(log.rows()).containsExactly(row(2), row(1), odd);
      assertThat(log.row("a")).contains(row(1));
      assertThat(log.contains("c")).isFalse();
      log.append("c", row(3));
    }
    assertThat(RowLog.read(file)).containsOnlyKeys("b", "a", "odd", "c");
  }

  @Test
  void aRowIsOnDiskBeforeTheLogIsClosed() {
    try (RowLog log = RowLog.open(file)) {
      log.append("a", row(1));
      assertThat(RowLog.read(file)).containsOnlyKeys("a");
    }
  }

  @Test
  void aLineThatWasCutOffAnywhereIsDropped() throws IOException {
    try (RowLog log = RowLog.open(file)) {
      log.append("a", row(1));
    }
    byte[] first = Files.readAllBytes(file);
    try (RowLog log = RowLog.open(file)) {
      log.append("b", row(2));
    }
    byte[] both = Files.readAllBytes(file);
    for (int length = first.length; length < both.length; length += 7) {
      Files.write(file, Arrays.copyOf(both, length));
      try (RowLog log = RowLog.open(file)) {
        assertThat(log.ids()).containsExactly("a");
        log.append("b", row(2));
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(both);
    }
  }

  @Test
  void damageInTheMiddleNamesItsLine() throws IOException {
    damaged("{\"id\":\"a\"}\n{\"id\":\"b\n{\"id\":\"c\"}\n", "line 2 is damaged: it is not valid");
    damaged("{\"n\":1}\n", "line 1 is damaged: it has no id");
    damaged("{\"id\":\"a\"}\n{\"id\":\"a\"}\n", "line 2 is damaged: its id was there before");
    damaged("{\"id\":\"a\",\"x\":{}}\n", "line 1 is damaged: it holds an object");
    damaged("null\n", "line 1 is damaged: it is no object");
  }

  private void damaged(String content, String message) throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.jsonl"), content);
    assertThatThrownBy(() -> RowLog.open(broken).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(message);
    assertThat(Files.readString(broken)).isEqualTo(content);
  }

  @Test
  void rowsThatCannotBeKeptAreRefused() {
    try (RowLog log = RowLog.open(file)) {
      log.append("a", row(1));
      assertThatThrownBy(() -> log.append("a", row(2))).hasMessageContaining("finished already");
      assertThatThrownBy(() -> log.append("b", Map.of("id", "x"))).hasMessageContaining("\"id\"");
      assertThatThrownBy(() -> log.append("b", Map.of("n", 1))).hasMessageContaining("Integer");
      assertThat(log.ids()).containsExactly("a");
    }
  }

  @Test
  void twoRunsCannotWriteOneLog() {
    try (RowLog log = RowLog.open(file)) {
      log.append("a", row(1));
      assertThatThrownBy(() -> RowLog.open(file).close())
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is in use by another run");
    }
  }

  @Test
  void aFullDiskIsOneSentenceAndLosesNothing() throws IOException {
    Path target = folder.resolve("full.jsonl");
    FileChannel real =
        FileChannel.open(
            target, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FullDisk disk = new FullDisk(real, 200);
    try (RowLog log = new RowLog(target, disk)) {
      log.append("a", row(1));
      assertThatThrownBy(() -> log.append("b", row(2)))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
          .hasMessage("cannot write " + target + ": the disk is full");
      assertThat(log.ids()).containsExactly("a");
      assertThat(RowLog.read(target)).containsOnlyKeys("a");
      disk.makeSpace(10_000);
      log.append("b", row(2));
    }
    assertThat(RowLog.read(target)).containsOnlyKeys("a", "b");
  }

  @Test
  void aKilledRunKeepsWhatItFinished() throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndlessLog.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();
    try {
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!Files.exists(file) || Files.size(file) < 200_000) {
        assertThat(writer.isAlive()).as(Files.readString(folder.resolve("out.txt"))).isTrue();
        assertThat(System.nanoTime()).isLessThan(patience);
        Thread.sleep(20);
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
    try (RowLog log = RowLog.open(file)) {
      assertThat(log.ids()).hasSizeGreaterThan(30);
      for (int i = 0; i < log.ids().size(); i++) {
        assertThat(log.rows().get(i)).containsEntry("n", (long) i);
      }
      log.append("next", row(1));
    }
  }

  @Test
  void damagedLogsAreReadOrRefusedWithOneSentence() {
    byte[] whole =
        "{\"id\":\"a\",\"n\":1,\"x\":NaN,\"l\":[1.5,2]}\n{\"id\":\"b\",\"r\":\"é\"}\n"
            .getBytes(StandardCharsets.UTF_8);
    Path damaged = folder.resolve("damaged.jsonl");
    new MutationRun("row logs", 500)
        .run(
            seed -> {
              Files.write(damaged, Mutations.mutate(whole, seed));
              try (RowLog log = RowLog.open(damaged)) {
                log.append("a new one", row(1));
              }
              assertThat(RowLog.read(damaged)).containsKey("a new one");
            });
  }
}
