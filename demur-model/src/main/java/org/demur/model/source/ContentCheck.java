package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;

/// Hashes content while it arrives: SHA-256, and the hash that git gives to a blob, which is all
/// that the hub states for files outside its large-file storage.
///
/// **Source** git's object format: SHA-1 over `blob SIZE NUL` and the content.
final class ContentCheck {
  private static final int BUFFER_BYTES = 1 << 18;

  private final MessageDigest sha256 = Hashes.sha256();
  private final Optional<MessageDigest> git;
  private long bytes;

  /// A check of content of unknown size; only SHA-256 can be had.
  ContentCheck() {
    this.git = Optional.empty();
  }

  /// A check of content of a known size.
  ContentCheck(long size) {
    MessageDigest digest = sha1();
    digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    this.git = Optional.of(digest);
  }

  void update(byte[] buffer, int length) {
    sha256.update(buffer, 0, length);
    git.ifPresent(digest -> digest.update(buffer, 0, length));
    bytes += length;
  }

  /// Adds the content of a file, for a download that goes on where an earlier one stopped.
  void updateFrom(Path file, String name, ProgressListener progress) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      long total = Files.size(file);
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Interruption.check(name);
        update(buffer, read);
        progress.progress(ProgressListener.Phase.CHECKING, name, bytes, total);
      }
    } catch (IOException e) {
      throw new ModelSourceException(
          ErrorCode.IO, "cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  long bytes() {
    return bytes;
  }

  /// SHA-256 of everything added; call once.
  String sha256() {
    return Hashes.hex(sha256);
  }

  /// Git's hash of everything added; call once.
  Optional<String> gitBlob() {
    return git.map(digest -> HexFormat.of().formatHex(digest.digest()));
  }

  static String sha256Of(Path file, String name, ProgressListener progress) {
    ContentCheck check = new ContentCheck();
    check.updateFrom(file, name, progress);
    return check.sha256();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
