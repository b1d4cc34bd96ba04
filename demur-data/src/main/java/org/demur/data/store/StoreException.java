package org.demur.data.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Results cannot be written or read back.
public class StoreException extends DemurException {
  /// Makes an error with a code and a message for the user.
  public StoreException(ErrorCode code, String message) {
    super(code, message);
  }

  /// Makes an error with the failure that caused it.
  public StoreException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /// The sentence for a failed write: a full disk and missing rights are named as such.
  static StoreException cannotWrite(Path path, IOException failure) {
    return new StoreException(
        ErrorCode.IO, "cannot write %s: %s".formatted(path, reason(failure)), failure);
  }

  /// The sentence for a failed read.
  static StoreException cannotRead(Path path, IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return new StoreException(ErrorCode.NOT_FOUND, "there is no file " + path, failure);
    }
    return new StoreException(
        ErrorCode.IO, "cannot read %s: %s".formatted(path, reason(failure)), failure);
  }

  private static String reason(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof FileSystemException named && named.getReason() != null) {
      message = named.getReason();
    }
    String known = message.toLowerCase(Locale.ROOT);
    if (known.contains("no space left") || known.contains("disk full")) {
      return "the disk is full";
    }
    if (known.contains("quota exceeded")) {
      return "the disk quota is used up";
    }
    if (known.contains("read-only file system")) {
      return "the file system is read-only";
    }
    if (failure instanceof AccessDeniedException || known.contains("permission denied")) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "its folder does not exist";
    }
    if (failure instanceof NotDirectoryException || known.contains("not a directory")) {
      return "a part of its path is a file, not a folder";
    }
    return message;
  }
}
