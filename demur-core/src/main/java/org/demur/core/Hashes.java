package org.demur.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of files and texts, as lower-case hexadecimal.
public final class Hashes {
  private static final int BUFFER_BYTES = 1 << 20;

  private Hashes() {}

  /// A fresh SHA-256 digest.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// SHA-256 of the bytes of a file, read as a stream.
  ///
  /// @throws DemurException with [ErrorCode#IO] when the file cannot be read
  public static String ofFile(Path file) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new DemurException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
    return hex(digest);
  }

  /// SHA-256 of a text in UTF-8.
  public static String ofText(String text) {
    MessageDigest digest = sha256();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return hex(digest);
  }

  /// The digest's value as lower-case hexadecimal; the digest is reset.
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
