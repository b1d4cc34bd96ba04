package org.demur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.Prompt;
import org.junit.jupiter.api.Test;

final class BenchTokensTest {
  @Test
  void idsFollowTheFormulaThatOtherProgramsUse() {
    List<Prompt> rows = BenchTokens.rows(2, 3, 49_152);

    assertThat(rows.get(0).ids()).containsExactly(100, 8019, 15938);
    assertThat(rows.get(1).ids()).containsExactly(23857, 31776, 39695);
  }

  @Test
  void aSmallVocabularyHasAllIds() {
    assertThat(
            BenchTokens.rows(8, 64, 96).stream()
                .flatMapToInt(row -> IntStream.of(row.ids()))
                .boxed())
        .allSatisfy(id -> assertThat(id).isBetween(0, 95));
  }

  @Test
  void raggedRowsHaveLengthsFrom8To200() {
    List<Prompt> rows = BenchTokens.ragged(193, 49_152);

    assertThat(rows).extracting(Prompt::length).startsWith(8, 52, 96);
    assertThat(rows.stream().mapToInt(Prompt::length).sorted().toArray())
        .containsExactly(IntStream.rangeClosed(8, 200).toArray());
    assertThat(rows.get(1).ids()[0]).isEqualTo(BenchTokens.id(1, 0, 200, 49_152));
  }

  @Test
  void theTextOfAChatEndsBeforeTheRow() {
    assertThat(BenchTokens.chats(1, 20, 96).getFirst().tInst()).isEqualTo(14);
    assertThat(BenchTokens.chats(1, 2, 96).getFirst().tInst()).isZero();
  }
}
