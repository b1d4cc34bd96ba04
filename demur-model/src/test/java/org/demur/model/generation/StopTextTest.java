package org.demur.model.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.model.ModelTextFiles;
import org.demur.model.generation.Generated.Answer;
import org.demur.model.generation.Generated.FinishReason;
import org.demur.testkit.SharedFixtures;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StopTextTest {
  private Tokenizer tokenizer;

  @BeforeAll
  void load() {
    tokenizer =
        ModelTextFiles.open(SharedFixtures.repositoryRoot().resolve("golden/tokenizers/bytes.gguf"))
            .tokenizer();
  }

  @AfterAll
  void close() {
    tokenizer.close();
  }

  /// What a row says when a model would answer with the tokens of a text.
  private record Told(List<String> pieces, Answer answer) {}

  private Told tell(String text, List<String> stops, Set<Integer> stopIds, int most) {
    int[] ids = tokenizer.encode(text, ControlTokens.PLAIN);
    GenerationRequest request =
        GenerationRequest.greedy(most, stopIds).stoppingAt(stops).withLogProbabilities();
    TokenChooser chooser = new TokenChooser(request.sampling(), 0, new int[0]);
    RowState row = new RowState(request, chooser, Optional.of(tokenizer.streamingDecoder()));
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      float[] logits = new float[400];
      logits[id] = 9;
      row.choose(logits);
      pieces.add(row.news());
      if (row.done()) {
        break;
      }
    }
    row.finish();
    return new Told(pieces, row.answer());
  }

  @Test
  void theTextEndsBeforeAStopText() {
    Told told = tell("say one two three", List.of(" two", "x"), Set.of(), 99);

    assertThat(told.answer().text()).isEqualTo("say one");
    assertThat(told.answer().finishReason()).isEqualTo(FinishReason.STOP_TEXT);
    assertThat(String.join("", told.pieces())).isEqualTo("say one");
  }

  @Test
  void aStopTextOfSeveralTokensIsNeverShownInPart() {
    // every character is at least one token in this vocabulary of bytes
    String text = "abc<STOPPED> <STO <STOP> after";
    Told told = tell(text, List.of("<STOP>"), Set.of(), 99);

    assertThat(told.answer().text()).isEqualTo("abc<STOPPED> <STO ");
    StringBuilder shown = new StringBuilder();
    for (String piece : told.pieces()) {
      shown.append(piece);
      assertThat("abc<STOPPED> <STO ").startsWith(shown);
    }
    assertThat(shown).hasToString("abc<STOPPED> <STO ");
    assertThat(told.pieces()).hasSizeGreaterThan(8);
  }

  @Test
  void theEarliestOfSeveralStopTextsCounts() {
    Told told = tell("some words here", List.of("here", "words", "rds"), Set.of(), 99);

    assertThat(told.answer().text()).isEqualTo("some ");
  }

  @Test
  void whatIsHeldBackIsToldWhenTheRowEnds() {
    Told told = tell("end <STO", List.of("<STOP>"), Set.of(), length("end <STO"));

    assertThat(told.answer().finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(told.answer().text()).isEqualTo("end <STO");
    assertThat(String.join("", told.pieces())).isEqualTo("end <STO");
  }

  private int length(String text) {
    return tokenizer.encode(text, ControlTokens.PLAIN).length;
  }

  @Test
  void whatIsHeldBackIsToldWithAStopToken() {
    int[] last = tokenizer.encode("Z", ControlTokens.PLAIN);
    Told told = tell("end <STOZ", List.of("<STOP>"), Set.of(last[0]), 99);

    assertThat(told.answer().finishReason()).isEqualTo(FinishReason.STOP_TOKEN);
    assertThat(told.answer().text()).isEqualTo("end <STO");
    assertThat(String.join("", told.pieces())).isEqualTo("end <STO");
    assertThat(told.answer().logProbabilities()).hasSameSizeAs(told.answer().ids());
  }

  @Test
  void charactersOfSeveralTokensAreToldWhole() {
    Told told = tell("é — 𝛼 end", List.of(), Set.of(), 99);

    assertThat(String.join("", told.pieces())).isEqualTo("é — 𝛼 end");
    assertThat(told.pieces()).noneMatch(piece -> piece.contains("\uFFFD"));
  }

  @Test
  void bytesThatAreCutOffByAStopTokenAreToldAsTheAnswerHasThem() {
    int[] stop = tokenizer.encode("Z", ControlTokens.PLAIN);
    int[] alpha = tokenizer.encode("𝛼", ControlTokens.PLAIN);
    GenerationRequest request = GenerationRequest.greedy(9, Set.of(stop[0]));
    RowState row =
        new RowState(
            request,
            new TokenChooser(request.sampling(), 0, new int[0]),
            Optional.of(tokenizer.streamingDecoder()));
    StringBuilder told = new StringBuilder();
    for (int id : new int[] {alpha[0], stop[0]}) {
      float[] logits = new float[400];
      logits[id] = 9;
      row.choose(logits);
      told.append(row.news());
    }
    row.finish();

    assertThat(row.answer().text()).isEqualTo("\uFFFD");
    assertThat(told).hasToString("\uFFFD");
  }
}
