package org.demur.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void aWriterThatFailsLeavesTheOldFileAndNoTemporaryOne() throws IOException {
    Path target = folder.resolve("out.json");
    AtomicFiles.writeText(target, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    target,
                    out -> {
                      out.write(1);
                      throw new IOException("no space left");
                    }))
        .isInstanceOf(DemurException.class)
        .hasMessageContaining("no space left")
        .hasMessageContaining(target.toString());
    assertThat(target).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void parentFoldersAreMade() {
    Path target = folder.resolve("a/b/c.txt");
    AtomicFiles.writeText(target, "x");
    assertThat(target).hasContent("x");
    assertThat(Hashes.ofFile(target)).isEqualTo(Hashes.ofText("x"));
  }
}
