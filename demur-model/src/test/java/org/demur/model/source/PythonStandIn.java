package org.demur.model.source;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A program that stands in for Python with pip: it notes how it was called, and then does what the
/// test wants. In Java, so that it runs wherever the tests do.
final class PythonStandIn {
  private static final String END = "--";

  private PythonStandIn() {}

  /// The command that starts it; what pip is called with comes behind.
  ///
  /// @param log where calls are noted, with the requirements that they were given
  /// @param action `copy` WHEELS, `copyBut` WHEELS NAME MESSAGE, `junk`, `fail` MESSAGE..., `exit`
  ///   CODE, or `wait` FILE for its process number
  static List<String> command(Path log, String... action) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classes()));
    command.addAll(List.of(PythonStandIn.class.getName(), log.toString()));
    command.addAll(Arrays.asList(action));
    command.add(END);
    return command;
  }

  private static String classes() {
    try {
      return Path.of(
              PythonStandIn.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Runs it.
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> all = List.of(args);
    int end = all.indexOf(END);
    List<String> action = all.subList(1, end);
    List<String> call = all.subList(end + 1, all.size());
    Path requirement = Path.of(call.get(call.indexOf("--requirement") + 1));
    String required = Files.readString(requirement);
    Files.writeString(
        Path.of(all.getFirst()),
        String.join(" ", call) + "\n" + required,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    Path target = Path.of(call.get(call.indexOf("--dest") + 1));
    act(action, required.substring(0, required.indexOf("==")), target);
  }

  private static void act(List<String> action, String name, Path target)
      throws IOException, InterruptedException {
    switch (action.getFirst()) {
      case "copy" -> copy(action.get(1), name, target);
      case "copyBut" -> {
        if (name.equals(action.get(2))) {
          fail(action.subList(3, action.size()));
        }
        copy(action.get(1), name, target);
      }
      case "junk" -> Files.writeString(target.resolve("x.whl"), "no");
      case "fail" -> fail(action.subList(1, action.size()));
      case "exit" -> System.exit(Integer.parseInt(action.get(1)));
      case "wait" -> {
        Files.writeString(Path.of(action.get(1)), "" + ProcessHandle.current().pid());
        Thread.sleep(60_000);
      }
      default -> throw new IllegalArgumentException(action.toString());
    }
  }

  private static void copy(String wheels, String name, Path target) throws IOException {
    Files.copy(Path.of(wheels, name + ".whl"), target.resolve(name + "-1.0.0-py3-none-any.whl"));
  }

  private static void fail(List<String> lines) {
    lines.forEach(System.err::println);
    System.exit(1);
  }
}
