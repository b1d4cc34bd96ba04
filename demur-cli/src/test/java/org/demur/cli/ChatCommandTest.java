package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChatCommandTest {
  @TempDir private static Path shared;
  private static String model = "";

  @TempDir private Path home;

  @BeforeAll
  static void write() {
    model = TinyModel.in(shared).toString();
  }

  @Test
  void everyLineIsAnsweredUntilTheInputEnds() {
    CommandRun run = chat("hi\n\n");

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo(single("hi"));
  }

  @Test
  void anAnswerDependsOnTheConversationUntilItIsReset() {
    String first = single("hi");

    assertThat(chat("hi\n/reset\nhi\n").out()).isEqualTo(first + first);
    assertThat(chat("hello\nhi\n").out()).isNotEqualTo(single("hello") + first);
  }

  @Test
  void aSystemMessageBeginsANewConversation() {
    CommandRun run = chat("hello\n/system be\n/system\nhi\n");

    assertThat(run.out())
        .isEqualTo(
            single("hello")
                + CommandRun.at(home)
                    .run(
                        "generate",
                        model,
                        "--chat",
                        "--system",
                        "be",
                        "--prompt",
                        "hi",
                        "--max-new-tokens",
                        "5")
                    .out());
    assertThat(run.err()).contains("new conversation", "\nbe\n");
  }

  @Test
  void theSystemMessageCanBeGivenAtTheStart() {
    assertThat(chat("hi\n", "--system", "be").out()).isEqualTo(chat("/system be\nhi\n").out());
  }

  @Test
  void exitLeavesAtOnce() {
    assertThat(chat("/exit\nhi\n").out()).isEmpty();
  }

  @Test
  void helpAndUnknownCommandsAreNoAnswers() {
    CommandRun run = chat("/help\n/rest\n");

    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Ctrl-C stops an answer", "did you mean \"/reset\"?");
  }

  @Test
  void aLineWithABlankInFrontIsNoCommand() {
    assertThat(chat(" /exit\n").out()).isNotEmpty();
  }

  @Test
  void anAnswerThatReachesItsLimitIsMarked() {
    assertThat(chat("hi\n").err()).contains("--max-new-tokens");
  }

  @Test
  void aMessageLongerThanTheContextIsBadInput() {
    assertThat(chat("x".repeat(5000) + "\n").code()).isEqualTo(3);
  }

  @Test
  void inputThatIsNoUtf8IsBadInput() {
    CommandRun run = CommandRun.at(home).input(new byte[] {'a', (byte) 0xfe}).run("chat", model);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("not valid UTF-8");
  }

  @Test
  void aModelWithoutATemplateIsNotFound() {
    String folder = SharedFixtures.repositoryRoot().resolve("golden/models/llama").toString();

    assertThat(CommandRun.at(home).run("chat", folder).code()).isEqualTo(4);
  }

  private CommandRun chat(String input, String... options) {
    String[] args = new String[options.length + 4];
    args[0] = "chat";
    args[1] = model;
    args[2] = "--max-new-tokens";
    args[3] = "5";
    System.arraycopy(options, 0, args, 4, options.length);
    return CommandRun.at(home).input(input).run(args);
  }

  private String single(String prompt) {
    return CommandRun.at(home)
        .run("generate", model, "--chat", "--prompt", prompt, "--max-new-tokens", "5")
        .out();
  }
}
