package org.demur.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void aFileThatIsNotThereIsNotFound() {
    Path missing = folder.resolve("no.gguf");
    assertThatThrownBy(() -> MappedFile.open(missing))
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessage(missing + ": there is no such file");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatThrownBy(() -> MappedFile.open(folder))
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
        .hasMessage(folder + ": this is not a regular file");
  }

  @Test
  void bytesCannotBeReadAfterClosing() throws IOException {
    Path path = folder.resolve("x");
    Files.write(path, new byte[] {7});
    MappedFile file = MappedFile.open(path);
    MemorySegment bytes = file.bytes();
    assertThat(bytes.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
    file.close();
    file.close();
    assertThatThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesFromFilesAreCutAndFreedOfControlCharacters() {
    assertThat(FileFormatException.quoted("a\u001b[31m\nb\u202e")).isEqualTo("\"a?[31m?b?\"");
    assertThat(FileFormatException.quoted("x".repeat(500)))
        .isEqualTo("\"" + "x".repeat(100) + "...\"");
  }
}
