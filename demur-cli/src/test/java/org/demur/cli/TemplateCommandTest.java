package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemplateCommandTest {
  private static final String TEMPLATE =
      """
      {{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m['content'] }}
      {% endfor %}{% if tools %}tools: {{ tools | length }}
      {% endif %}{% if add_generation_prompt %}[assistant]{% endif %}""";

  @TempDir private Path home;
  private String template = "";
  private String messages = "";

  @BeforeEach
  void write() throws IOException {
    template = Files.writeString(home.resolve("chat.jinja"), TEMPLATE).toString();
    messages =
        Files.writeString(
                home.resolve("chat.json"), "[{\"role\": \"user\", \"content\": \"Grüße\"}]")
            .toString();
  }

  @Test
  void theRenderedTextIsTheResult() {
    CommandRun run = run("template", template, "--messages", messages, "--set", "bos_token=<s>");

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo("<s>[user] Grüße\n[assistant]");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theDocumentHoldsTheRenderedTextAlone() {
    assertThat(
            run("template", template, "--messages", messages, "--set", "bos_token=<s>", "--json")
                .document())
        .isEqualTo(Map.of("rendered", "<s>[user] Grüße\n[assistant]"));
  }

  @Test
  void settingsAreJsonWhereTheyCanBeAndTextElse() {
    CommandRun run =
        run(
            "template",
            template,
            "--messages",
            messages,
            "--set",
            "add_generation_prompt=false",
            "--set",
            "bos_token=a=b");

    assertThat(run.out()).isEqualTo("a=b[user] Grüße\n");
  }

  @Test
  void toolsComeFromTheirFile() throws IOException {
    Path tools = Files.writeString(home.resolve("tools.json"), "[{\"name\": \"a\"}, {}]");

    CommandRun run = run("template", template, "--messages", messages, "--tools", tools.toString());

    assertThat(run.out()).contains("tools: 2\n");
  }

  @Test
  void oneFileMayHoldMessagesToolsAndOtherVariables() throws IOException {
    Path all =
        Files.writeString(
            home.resolve("all.json"),
            """
            {"messages": [{"role": "user", "content": "x"}], "tools": [1], "bos_token": "^"}
            """);

    assertThat(run("template", template, "--messages", all.toString()).out())
        .isEqualTo("^[user] x\ntools: 1\n[assistant]");
  }

  @Test
  void messagesCanComeFromStandardInput() {
    CommandRun run = CommandRun.at(home).input("[]").run("template", template, "--messages", "-");

    assertThat(run.out()).isEqualTo("[assistant]");
  }

  @Test
  void aFolderGivesItsTemplateAndSpecialTokens() throws IOException {
    Path folder = Files.createDirectory(home.resolve("model"));
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<bos>\"}");

    CommandRun run = run("template", folder.toString(), "--messages", messages);

    assertThat(run.out()).startsWith("<bos>[user]");
  }

  @Test
  void aModelWithoutATemplateIsNotFound() throws IOException {
    Path folder = Files.createDirectory(home.resolve("bare"));
    Files.writeString(folder.resolve("config.json"), "{}");

    CommandRun run = run("template", folder.toString(), "--messages", messages);

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("has no chat template");
  }

  @Test
  void aTemplateThatRaisesGivesItsOwnMessage() throws IOException {
    Path raising =
        Files.writeString(
            home.resolve("raising.jinja"), "{{ raise_exception('roles must alternate') }}");

    CommandRun run = run("template", raising.toString(), "--messages", messages, "--json");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.document().get("error"))
        .isEqualTo(Map.of("code", "TEMPLATE_RAISED", "message", "roles must alternate"));
  }

  @Test
  void aBrokenTemplateIsBadInput() throws IOException {
    Path broken = Files.writeString(home.resolve("broken.jinja"), "{% if %}");

    CommandRun run = run("template", broken.toString(), "--messages", messages);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("broken.jinja");
  }

  @Test
  void anEndlessTemplateIsStopped() throws IOException {
    Path endless =
        Files.writeString(
            home.resolve("endless.jinja"),
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}");

    CommandRun run = run("template", endless.toString(), "--messages", messages, "--json");

    assertThat(run.code()).isEqualTo(3);
    assertThat(String.valueOf(run.document().get("error"))).contains("TEMPLATE_LIMIT");
  }

  @Test
  void malformedMessagesAreNamedWithLineAndColumnButNotQuoted() throws IOException {
    Path file = Files.writeString(home.resolve("bad.json"), "[{\"role\": \"user\",\n secret}]");

    CommandRun run = run("template", template, "--messages", file.toString());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("bad.json", "line 2").doesNotContain("secret");
  }

  @Test
  void messagesOfAnotherShapeAreBadInput() throws IOException {
    for (String content : new String[] {"7", "null", "{}", "{\"messages\": 1}"}) {
      Path file = Files.writeString(home.resolve("shape.json"), content);

      assertThat(run("template", template, "--messages", file.toString()).code())
          .as(content)
          .isEqualTo(3);
    }
  }

  @Test
  void aMissingFileIsNotFoundAndAMissingOptionWrongUsage() {
    assertThat(run("template", template, "--messages", home.resolve("none").toString()).code())
        .isEqualTo(4);
    assertThat(run("template", template).code()).isEqualTo(2);
    assertThat(run("template", template, "--messages", messages, "--set", "novalue").code())
        .isEqualTo(2);
  }

  private CommandRun run(String... args) {
    return CommandRun.at(home).run(args);
  }
}
