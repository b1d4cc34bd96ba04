package org.demur.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.demur.core.ErrorCode;

/// Reads the text files that a user names in arguments.
final class InputFiles {
  /// The largest file that is read.
  static final int MAX_BYTES = 64 << 20;

  private InputFiles() {}

  /// The text of a file in UTF-8.
  ///
  /// @throws CliException with [ErrorCode#NOT_FOUND] when it is missing, with [ErrorCode#IO] when
  ///   it is too large, no UTF-8 or cannot be read
  static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new CliException(
            ErrorCode.IO, "%s is larger than %d MiB".formatted(file, MAX_BYTES >> 20));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new CliException(ErrorCode.NOT_FOUND, "there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new CliException(ErrorCode.IO, file + " is not valid UTF-8", e);
    } catch (IOException e) {
      throw new CliException(ErrorCode.IO, "cannot read %s: %s".formatted(file, reason(e)), e);
    }
  }

  private static String reason(IOException failure) {
    return Files.isDirectory(Path.of(String.valueOf(failure.getMessage())))
        ? "it is a folder"
        : String.valueOf(failure.getMessage());
  }
}
