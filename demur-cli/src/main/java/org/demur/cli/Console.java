package org.demur.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.demur.core.ErrorCode;

/// The standard streams in UTF-8; the only class that writes to them.
///
/// Standard output holds results, and with `--json` nothing but one document. Progress, notes and
/// errors go to standard error.
public final class Console {
  private static final int MAX_INPUT_BYTES = 64 << 20;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  /// Whether a piece of a result stands at the end of standard output without a line end.
  private boolean lineIsOpen;

  /// Makes a console over three streams; the caller keeps them.
  public Console(InputStream in, OutputStream out, OutputStream err) {
    this.in = in;
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
  }

  /// The console of this process.
  public static Console ofProcess() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err));
  }

  /// Writes a piece of a result at once, as a streamed answer needs it.
  void print(String text) {
    out.print(text);
    out.flush();
    if (!text.isEmpty()) {
      lineIsOpen = !text.endsWith("\n");
    }
  }

  /// Writes one line of a result.
  void line(String text) {
    out.print(text);
    out.print('\n');
    out.flush();
    lineIsOpen = false;
  }

  /// Writes one line that is no result: progress, provenance, a hint.
  void note(String text) {
    if (lineIsOpen) {
      line("");
    }
    err.print(text);
    err.print('\n');
  }

  /// Writes the one JSON document of a command.
  void json(Object document) {
    line(DocumentJson.write(document));
  }

  /// Writes the trace of a failure to standard error.
  void trace(Throwable failure) {
    failure.printStackTrace(err);
  }

  /// Standard error for a progress bar.
  PrintStream errorStream() {
    return err;
  }

  /// Standard input as bytes.
  InputStream input() {
    return in;
  }

  /// Standard output as a writer for help texts.
  PrintWriter writer() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  /// Standard error as a writer for help texts.
  PrintWriter errorWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  /// All of standard input as text.
  ///
  /// @throws CliException with [ErrorCode#IO] when it is no UTF-8, too large or cannot be read
  String readAll() {
    try {
      byte[] bytes = in.readNBytes(MAX_INPUT_BYTES + 1);
      if (bytes.length > MAX_INPUT_BYTES) {
        throw new CliException(
            ErrorCode.IO, "standard input is larger than " + (MAX_INPUT_BYTES >> 20) + " MiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CliException(ErrorCode.IO, "standard input is not valid UTF-8", e);
    } catch (IOException e) {
      throw new CliException(ErrorCode.IO, "cannot read standard input: " + e.getMessage(), e);
    }
  }

  /// Whether something could not be written to standard output, for example to a full disk.
  boolean failed() {
    return out.checkError();
  }
}
