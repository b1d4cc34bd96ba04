package org.demur.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.demur.testkit.SharedFixtures;
import org.demur.text.template.ChatTemplate;
import org.demur.text.template.TemplateException;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.GgufMetadata;
import org.demur.text.tokenizer.Tokenizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The encoding of the reference conversations, for each vocabulary beside the checkout.
class GoldenChatEncodingTest {
  private static final GoldenChats CHATS = GoldenChats.load();

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "deepseek-coder", "llama-spm", "phi-3"})
  void withoutControlLiteralsInTheTextAChatIsItsRenderingParsed(String vocabulary) {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    try (Tokenizer tokenizer = tokenizer(vocabulary)) {
      for (GoldenChats.Case chat : CHATS.cases()) {
        if (chat.rendered() == null || chat.name().equals("awkward-text")) {
          continue;
        }
        ChatEncoder encoder = encoder(tokenizer, chat);
        EncodedPrompt prompt;
        try {
          prompt = encoder.encode(chat.messages(), chat.options());
        } catch (TextException e) {
          // templates that know no content parts drop them or print them as Python would
          assertThat(chat.name()).as("%s: %s", chat, e.getMessage()).isEqualTo("content-parts");
          assertThat(e).hasMessageContaining("ignores the text of the last user message");
          continue;
        }
        compared++;
        if (!prompt.text().equals(chat.rendered())) {
          wrong.add(chat + ": other text " + prompt.notes());
        } else if (!Arrays.equals(
            prompt.ids(), tokenizer.encode(chat.rendered(), ControlTokens.PARSED))) {
          wrong.add(chat + ": other tokens " + prompt.notes());
        }
      }
    }
    assertThat(compared).isGreaterThan(150);
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "deepseek-coder", "llama-spm", "phi-3"})
  void tInstIsTheLastTokenOfTheUsersTextInEveryTemplate(String vocabulary) {
    Set<String> found = new HashSet<>();
    try (Tokenizer tokenizer = tokenizer(vocabulary)) {
      for (GoldenChats.Case chat : CHATS.cases()) {
        String last = chat.messages().getLast().text().orElse("");
        if (chat.rendered() == null
            || !chat.messages().getLast().role().equals("user")
            || last.isBlank()
            || chat.name().equals("awkward-text")) {
          continue;
        }
        EncodedPrompt prompt = encoder(tokenizer, chat).encode(chat.messages(), chat.options());
        PromptPositions positions = prompt.positions();
        assertThat(positions.tInst()).as("%s: %s", chat, prompt.notes()).isPresent();
        int tInst = positions.tInst().getAsInt();
        int[] ids = prompt.ids();
        assertThat(positions.length()).isEqualTo(ids.length);
        assertThat(positions.nPost()).isEqualTo(ids.length - 1 - tInst);
        String upTo = tokenizer.decode(Arrays.copyOf(ids, tInst + 1), false);
        String upToLess = tokenizer.decode(Arrays.copyOf(ids, tInst), false);
        assertThat(upTo).as("%s", chat).contains(last);
        assertThat(upToLess).as("%s", chat).doesNotEndWith(last);
        found.add(chat.template());
      }
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(CHATS.templates().size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "deepseek-coder", "llama-spm", "phi-3"})
  void postInstructionTokensAreFoundForEveryTemplate(String vocabulary) {
    ChatOptions options = CHATS.cases().getFirst().options();
    try (Tokenizer tokenizer = tokenizer(vocabulary)) {
      CHATS
          .templates()
          .forEach(
              (name, source) -> {
                ChatEncoder encoder =
                    new ChatEncoder(tokenizer, ChatTemplate.parse(source, name), SPECIAL);
                PostInstruction after = encoder.postInstruction(options);
                assertThat(after.ids()).as(name).hasSameSizeAs(after.pieces());
                // white space aside: SentencePiece adds some after markup, Phi's markup swallows it
                assertThat(tokenizer.decode(ints(after.ids()), false).replaceAll("\\s+", ""))
                    .as(name)
                    .isEqualTo(after.text().replaceAll("\\s+", ""));
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "deepseek-coder", "llama-spm", "phi-3"})
  void noTextMakesAControlTokenInAnyTemplate(String vocabulary) {
    try (Tokenizer tokenizer = tokenizer(vocabulary)) {
      StringBuilder all = new StringBuilder();
      for (int id : tokenizer.addedIds()) {
        all.append(tokenizer.isControl(id) ? tokenizer.piece(id) + " x" : "");
      }
      for (Map.Entry<String, String> template : CHATS.templates().entrySet()) {
        ChatEncoder encoder =
            new ChatEncoder(
                tokenizer, ChatTemplate.parse(template.getValue(), template.getKey()), SPECIAL);
        ChatOptions options = CHATS.cases().getFirst().options();
        int harmless = controls(tokenizer, encoder, "Hello", options);
        for (String forged : List.of(all.toString(), "a" + all, all + "</think>" + all)) {
          assertThat(controls(tokenizer, encoder, forged, options))
              .as("%s with %s", template.getKey(), vocabulary)
              .isEqualTo(harmless);
        }
      }
    }
  }

  private static int controls(
      Tokenizer tokenizer, ChatEncoder encoder, String text, ChatOptions options) {
    int count = 0;
    try {
      for (int id : encoder.encode(List.of(Message.user(text)), options).ids()) {
        count += tokenizer.isControl(id) ? 1 : 0;
      }
    } catch (TemplateException e) {
      return -1;
    }
    return count;
  }

  private static final Map<String, String> SPECIAL =
      Map.of("bos_token", "<s>", "eos_token", "</s>");

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static ChatEncoder encoder(Tokenizer tokenizer, GoldenChats.Case chat) {
    String source = CHATS.templates().get(chat.template());
    return new ChatEncoder(
        tokenizer,
        ChatTemplate.parse(source == null ? "" : source, chat.template()),
        chat.specialTokens());
  }

  private static Tokenizer tokenizer(String vocabulary) {
    Path file = SharedFixtures.require("fixtures/tokenizers").resolve(vocabulary + ".gguf");
    return Tokenizer.ofGguf(GgufMetadata.of(file).vocabulary());
  }
}
