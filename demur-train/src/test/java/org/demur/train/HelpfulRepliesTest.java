package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.data.store.RowLog;
import org.demur.directions.RefusalTokenSearch.RefusalTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelpfulRepliesTest {
  private static final int NEW_TOKENS = 6;

  @TempDir private Path folder;
  private TinySpeaker tiny;
  private final SequencedMap<String, String> requests = new LinkedHashMap<>();

  @BeforeEach
  void speak() {
    tiny = new TinySpeaker(folder);
    for (String text : List.of("the water was over", "she turned it", "there we were")) {
      requests.put("id of " + text, text);
    }
  }

  @AfterEach
  void end() {
    tiny.close();
  }

  @Test
  void whatDeclinesIsLeftOutWhenNoAdapterIsOn() {
    tiny.model.adapters().activate(List.of());
    RefusalTest secondDeclines = (request, reply, truncated) -> request.equals("she turned it");

    assertThat(replies(secondDeclines, "one.jsonl").keySet())
        .containsExactly("id of the water was over", "id of there we were");
    assertThat(replies((request, reply, truncated) -> false, "two.jsonl")).hasSize(3);
  }

  @Test
  void theModelWithoutItsAdapterAnswersWhatItsAdapterDeclines() {
    List<String> judged = new ArrayList<>();
    RefusalTest firstTimeDeclines =
        (request, reply, truncated) -> {
          judged.add(request);
          return request.equals("she turned it") && judged.indexOf(request) == judged.size() - 1;
        };
    List<String> on = tiny.model.adapters().active();
    assertThat(on).isNotEmpty();

    SequencedMap<String, int[]> kept = replies(firstTimeDeclines, "one.jsonl");

    assertThat(kept.keySet()).containsExactlyElementsOf(requests.keySet());
    assertThat(judged).hasSize(4).endsWith("she turned it");
    assertThat(tiny.model.adapters().active()).isEqualTo(on);
    try (RowLog log = RowLog.open(folder.resolve("one.jsonl"))) {
      assertThat(log.ids()).hasSize(4).contains("id of she turned it/without-adapter");
    }
  }

  @Test
  void whatIsDeclinedBothTimesIsLeftOutAndTheJournalAnswersAgain() {
    RefusalTest declines = (request, reply, truncated) -> request.startsWith("the");

    SequencedMap<String, int[]> first = replies(declines, "one.jsonl");
    long passes = tiny.model.usage().forwardPasses();
    SequencedMap<String, int[]> again = replies(declines, "one.jsonl");

    assertThat(first.keySet()).containsExactly("id of she turned it");
    assertThat(again.keySet()).containsExactly("id of she turned it");
    assertThat(again.firstEntry().getValue()).isEqualTo(first.firstEntry().getValue());
    assertThat(tiny.model.usage().forwardPasses()).isEqualTo(passes);
  }

  @Test
  void aReplyThatReachesTheLimitIsJudgedAsOneThatIsCut() {
    List<Boolean> cut = new ArrayList<>();
    SequencedMap<String, int[]> kept =
        replies(
            (request, reply, truncated) -> {
              cut.add(truncated);
              return false;
            },
            "one.jsonl");

    List<Boolean> atTheLimit =
        kept.values().stream()
            .map(reply -> !tiny.speaker.endOfSequence().contains(reply[reply.length - 1]))
            .toList();
    assertThat(cut).isEqualTo(atTheLimit);
  }

  private SequencedMap<String, int[]> replies(RefusalTest test, String journal) {
    try (RowLog log = RowLog.open(folder.resolve(journal))) {
      return new HelpfulReplies(tiny.speaker, test, NEW_TOKENS).to(requests, log, done -> {});
    }
  }
}
