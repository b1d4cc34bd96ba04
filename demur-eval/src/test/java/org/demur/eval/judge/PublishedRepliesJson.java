package org.demur.eval.judge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// Reads the published rows.
final class PublishedRepliesJson {
  private static final String RESOURCE = "labelled-replies.jsonl";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private PublishedRepliesJson() {}

  static List<PublishedReply> read() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ReplyJudge.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> row((Map<?, ?>) MAPPER.readValue(line, Object.class)))
          .toList();
    }
  }

  private static PublishedReply row(Map<?, ?> fields) {
    Optional<Reply> reply =
        fields.containsKey("text")
            ? Optional.of(
                Reply.to(text(fields, "prompt"), text(fields, "text"))
                    .truncated(Boolean.TRUE.equals(fields.get("truncated"))))
            : Optional.empty();
    return new PublishedReply(
        text(fields, "id"),
        text(fields, "model"),
        text(fields, "part"),
        ReplyClass.ofLabel(text(fields, "label")).orElseThrow(),
        ReplyClass.ofLabel(text(fields, "judged")).orElseThrow(),
        text(fields, "sha256"),
        reply);
  }

  private static String text(Map<?, ?> fields, String name) {
    return (String) Objects.requireNonNull(fields.get(name), name);
  }
}
