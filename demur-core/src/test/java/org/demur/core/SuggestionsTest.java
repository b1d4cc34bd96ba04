package org.demur.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
  private static final List<String> NAMES = List.of("model.norm.weight", "lm_head.weight");

  @Test
  void nearestFindsANameWithOneWrongLetter() {
    assertThat(Suggestions.nearest("model.norn.weight", NAMES)).hasValue("model.norm.weight");
  }

  @Test
  void nearestIsEmptyWhenNothingIsClose() {
    assertThat(Suggestions.nearest("something.else.entirely", NAMES)).isEmpty();
    assertThat(Suggestions.hint("something.else.entirely", NAMES)).isEmpty();
  }

  @Test
  void hintIsAQuestionWithTheName() {
    assertThat(Suggestions.hint("lm_head.wieght", NAMES))
        .isEqualTo("; did you mean \"lm_head.weight\"?");
  }
}
