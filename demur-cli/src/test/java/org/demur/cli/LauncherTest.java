package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `./demur` in a checkout of its own, with a JDK and a Maven that only take notes.
final class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in *AOTCacheOutput*) exit 1 ;; esac
      echo "threads $OMP_NUM_THREADS, blas $OPENBLAS_NUM_THREADS, policy $OMP_WAIT_POLICY"
      for argument in "$@"; do echo "arg $argument"; done
      """;
  private static final String MAVEN =
      """
      #!/bin/sh
      echo build >>"$LEDGER"
      sleep 0.3
      if [ -e broken ]; then echo "[ERROR] Main.java:[1,1] it is broken"; exit 1; fi
      mkdir -p demur-cli/target/lib
      : >demur-cli/target/demur-cli-1.jar
      : >demur-cli/target/lib/b.jar
      : >demur-cli/target/lib/a.jar
      """;

  @TempDir private Path temporary;
  private Path root = Path.of("");
  private Path source = Path.of("");
  private Path ledger = Path.of("");
  private final Map<String, String> variables = new LinkedHashMap<>();

  @BeforeEach
  void checkout() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/bin/sh")), "the launcher needs a POSIX shell");
    Path real = temporary.toRealPath();
    Path original = SharedFixtures.repositoryRoot();
    root = Files.createDirectory(real.resolve("a checkout"));
    ledger = real.resolve("ledger");
    Files.createDirectory(root.resolve("scripts"));
    for (String name : List.of("demur", "scripts/common.sh")) {
      Files.copy(original.resolve(name), root.resolve(name));
    }
    script(root.resolve("demur"), Files.readString(root.resolve("demur")));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.createDirectories(root.resolve("demur-cli/src/main"));
    Files.writeString(root.resolve("demur-cli/pom.xml"), "<project/>");
    source = Files.writeString(root.resolve("demur-cli/src/main/Main.java"), "class Main {}");
    for (String name : List.of("pom.xml", "demur-cli/pom.xml", "demur-cli/src/main")) {
      age(root.resolve(name), 60);
    }
    age(source, 60);
    Path jdk = jdk(real.resolve("jdks/jdk-25"), "25.0.3");
    script(real.resolve("tools/mvn"), MAVEN);
    variables.put("PATH", real.resolve("tools") + ":/usr/bin:/bin");
    variables.put("LEDGER", ledger.toString());
    variables.put("HOME", real.toString());
    variables.put("JAVA_HOME", jdk.toString());
    variables.put("DEMUR_JDKS", real.resolve("nowhere").toString());
  }

  @Test
  void theFirstRunBuildsAndLaterRunsDoNot() throws Exception {
    Result first = demur("tokens", "two words");
    Result second = demur("--version");

    assertThat(first.code()).isZero();
    assertThat(first.err())
        .isEqualTo("Building Demur (the first time also fetches its libraries) ...\n");
    assertThat(first.out())
        .contains("arg org.demur.cli.Main\narg tokens\narg two words\n")
        .contains("arg -cp\narg %s/demur-cli/target/demur-cli-1.jar:".formatted(root))
        .contains("lib/a.jar:%s/demur-cli/target/lib/b.jar\n".formatted(root));
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aNewerSourceOrADeletedOneIsBuiltAgain() throws Exception {
    demur();
    age(root.resolve("target/demur.stamp"), 30);
    age(source, 20);
    demur();
    demur();
    assertThat(builds()).isEqualTo(2);

    Files.delete(source);
    demur();
    demur();
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void twoRunsAtOnceBuildOnce() throws Exception {
    Process one = start(root.resolve("demur").toString());
    Process two = start(root.resolve("demur").toString());

    assertThat(finish(one).code()).isZero();
    assertThat(finish(two).code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aLockWhoseOwnerIsGoneDoesNotBlock() throws Exception {
    Files.createDirectories(root.resolve("target"));
    Process gone = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    gone.waitFor();
    Files.writeString(root.resolve("target/build.lock"), gone.pid() + "\n");

    assertThat(demur().code()).isZero();
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLogAndIsTriedAgain() throws Exception {
    Path broken = Files.createFile(root.resolve("broken"));

    Result failed = demur();

    assertThat(failed.code()).isEqualTo(70);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .contains("error: Demur could not be built", "demur-build.log", "it is broken");
    Files.delete(broken);
    assertThat(demur().code()).isZero();
  }

  @Test
  void aMissingJdkIsOneSentence() throws Exception {
    variables.remove("JAVA_HOME");
    variables.put("PATH", toolsOnly());

    Result result = demur("--version");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("needs a JDK 25", "JAVA_HOME (not set)");
  }

  @Test
  void aJdkOfAnotherVersionIsPassedOver() throws Exception {
    Path jdks = temporary.toRealPath().resolve("found");
    variables.put("JAVA_HOME", jdk(jdks.resolve("jdk-17"), "17.0.12").toString());
    variables.put("PATH", toolsOnly());
    assertThat(demur().code()).isEqualTo(4);

    jdk(jdks.resolve("jdk-250"), "250");
    variables.put("DEMUR_JDKS", jdks.toString());
    assertThat(demur().code()).isEqualTo(4);

    jdk(jdks.resolve("late"), "25");
    assertThat(demur().code()).isZero();
  }

  @Test
  void aMissingMavenIsOneSentence() throws Exception {
    Files.delete(temporary.toRealPath().resolve("tools/mvn"));
    variables.put("PATH", toolsOnly());

    Result result = demur();

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("Maven");
  }

  @Test
  void aSymbolicLinkFromAnotherFolderFindsTheCheckout() throws Exception {
    Path links = Files.createDirectory(temporary.resolve("bin"));
    Path first = Files.createSymbolicLink(links.resolve("first"), root.resolve("demur"));
    Path second = Files.createSymbolicLink(links.resolve("second"), Path.of("first"));

    assertThat(finish(start(first.toString())).code()).isZero();
    assertThat(finish(start(second.toString())).code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void threadsAreSetUnlessTheUserSetThem() throws Exception {
    assertThat(demur().out()).containsPattern("threads ([1-9][0-9]*), blas \\1, policy PASSIVE");

    variables.put("OMP_NUM_THREADS", "3");
    variables.put("OPENBLAS_NUM_THREADS", "2");
    variables.put("OMP_WAIT_POLICY", "ACTIVE");
    assertThat(demur().out()).contains("threads 3, blas 2, policy ACTIVE");
  }

  @Test
  void nativeLibrariesAreUnpackedBelowTheCache() throws Exception {
    assertThat(demur().out()).contains("cachedir=" + temporary.toRealPath() + "/.cache/demur/");

    variables.put("DEMUR_CACHE", "/elsewhere");
    assertThat(demur().out()).contains("cachedir=/elsewhere/javacpp\n");
  }

  /// A path with the tools that the script needs, and neither Java nor Maven but ours.
  private String toolsOnly() throws IOException {
    Path tools = temporary.toRealPath().resolve("tools");
    for (String tool :
        List.of(
            "sh",
            "dirname",
            "basename",
            "readlink",
            "find",
            "head",
            "mkdir",
            "rm",
            "mv",
            "cat",
            "sleep",
            "nproc",
            "sort",
            "wc",
            "grep",
            "tail")) {
      Path link = tools.resolve(tool);
      for (String folder : List.of("/usr/bin", "/bin")) {
        Path original = Path.of(folder, tool);
        if (Files.exists(original) && !Files.exists(link)) {
          Files.createSymbolicLink(link, original);
        }
      }
    }
    return tools.toString();
  }

  private static void age(Path file, long seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
  }

  private static Path jdk(Path folder, String version) throws IOException {
    script(folder.resolve("bin/java"), JAVA);
    script(folder.resolve("bin/javac"), JAVA);
    Files.writeString(
        folder.resolve("release"), "IMPLEMENTOR=\"us\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    return folder;
  }

  private static void script(Path file, String content) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, content);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private long builds() throws IOException {
    return Files.readAllLines(ledger).size();
  }

  private Result demur(String... args) throws Exception {
    return finish(start(root.resolve("demur").toString(), args));
  }

  private Process start(String program, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static Result finish(Process process) throws Exception {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err);
  }

  private record Result(int code, String out, String err) {}
}
