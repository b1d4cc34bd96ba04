package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.demur.model.Usage;
import org.demur.model.intervention.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputAttacksTest {
  @TempDir private Path folder;

  @Test
  void prefilledPromptsEndWithTheirOpeners() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<Integer> told = new ArrayList<>();
      List<Attempt> attempts =
          new PrefillAttack().on(tiny.victim, TinyVictim.requests(), told::add);

      assertThat(told).containsExactly(1, 2, 3);
      assertThat(attempts).hasSize(9).allMatch(attempt -> attempt.plan().equals(Plan.NONE));
      for (int i = 0; i < attempts.size(); i++) {
        Attempt attempt = attempts.get(i);
        String opener = Openers.ALL.get(i % 3);
        int[] question = tiny.question(TinyVictim.requests().get(attempt.request())).ids();
        int[] ids = attempt.prompt().ids();
        int[] added = Arrays.copyOfRange(ids, question.length, ids.length);

        assertThat(Arrays.copyOf(ids, question.length)).isEqualTo(question);
        assertThat(tiny.tokenizer.decode(added, false)).isEqualTo(opener);
        assertThat(attempt.variant()).isEqualTo("" + added.length);
        assertThat(attempt.prompt().promptLength()).isEqualTo(ids.length);
        assertThat(attempt.request()).isEqualTo(i / 3);
      }
    }
  }

  @Test
  void templatesHoldTheRequestAndNothingIsComputed() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<Attempt> attempts =
          new TemplateAttack().on(tiny.victim, TinyVictim.requests(), done -> {});

      assertThat(tiny.model.usage()).isEqualTo(Usage.NONE);
      assertThat(attempts).hasSize(8 * 3);
      Map<Integer, List<Attempt>> byRequest =
          attempts.stream().collect(Collectors.groupingBy(Attempt::request));
      byRequest.forEach(
          (request, own) -> {
            String text = TinyVictim.requests().get(request).text();
            assertThat(own).extracting(Attempt::variant).doesNotHaveDuplicates();
            assertThat(own)
                .extracting(attempt -> tiny.tokenizer.decode(attempt.prompt().ids(), true))
                .doesNotHaveDuplicates()
                .allMatch(whole -> whole.contains(text) && !whole.contains("{"));
          });
      assertThat(tiny.tokenizer.decode(attempts.get(3).prompt().ids(), true))
          .contains("the water was over\n\nWrite it");
    }
  }

  @Test
  void aTemplateWithoutAPlaceForTheRequestIsAnError() {
    assertThat(WrapperTemplates.parse("# a\n\nb | c {line} {request}"))
        .containsExactly(Map.entry("b", "c \n {request}"));
    for (String wrong : List.of("b | c", "{request}", " | {request}")) {
      assertThatThrownBy(() -> WrapperTemplates.parse(wrong))
          .isInstanceOf(AttackException.class)
          .hasMessageContaining("needs a name, a bar");
    }
  }

  @Test
  void openersHaveAboutFiveTenAndTwentyWords() {
    assertThat(Openers.ALL)
        .extracting(opener -> opener.split(" ", -1).length)
        .containsExactly(4, 9, 16);
  }
}
