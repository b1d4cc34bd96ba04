package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;

class PromptTest {
  private static final Prompt PROMPT = Prompt.of(new int[] {4, 5, 6, 7}, 1);

  @Test
  void tokensAfterAPromptCountAsGenerated() {
    Prompt row = PROMPT.followedBy(8, 9);

    assertThat(row.ids()).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(row.promptLength()).isEqualTo(4);
    assertThat(row.tInst()).isEqualTo(1);
  }

  @Test
  void tokensThatContinueAPromptCountAsPartOfIt() {
    Prompt row = PROMPT.continuedBy(8, 9);

    assertThat(row.ids()).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(row.promptLength()).isEqualTo(6);
    assertThat(row.tInst()).isEqualTo(1);
    assertThatThrownBy(() -> PROMPT.followedBy(8).continuedBy(9))
        .hasMessageContaining("a prompt of 4 tokens with 1 generated ones");
  }

  @Test
  void tokensThatAreInsertedBelongToTheUsersText() {
    Prompt row = PROMPT.followedBy(3).insertedAfterText(8, 9);

    assertThat(row.ids()).containsExactly(4, 5, 8, 9, 6, 7, 3);
    assertThat(row.promptLength()).isEqualTo(6);
    assertThat(row.tInst()).isEqualTo(3);
    Runs.assertRefused(
        ErrorCode.PLAN, () -> Prompt.of(1, 2).insertedAfterText(8), "1 tokens are to follow");
  }
}
