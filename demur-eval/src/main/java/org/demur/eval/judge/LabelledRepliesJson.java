package org.demur.eval.judge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.eval.EvalException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads labelled replies: JSON Lines with `prompt`, `response` and either `tone` or `label`.
///
/// `tone` is one of the eight of [Tone]; `label` one of the five classes. `truncated` may say that
/// the reply was cut; other fields are ignored. Both in one row: the label counts.
public final class LabelledRepliesJson {
  private static final int MAX_LINE_CHARACTERS = 4 << 20;
  private static final int MAX_ROWS = 200_000;
  private static final String REGISTER = "register.jsonl";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private LabelledRepliesJson() {}

  /// The rows of a file.
  ///
  /// @throws EvalException naming the line when one is malformed; when there is no row; or when the
  ///   file cannot be read
  public static LabelledReplies read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new EvalException(ErrorCode.NOT_FOUND, "there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new EvalException(ErrorCode.FILE_FORMAT, file + " is not valid UTF-8", e);
    } catch (IOException e) {
      throw new EvalException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Short replies in the style of today's small chat models, written for this project (CC0), that
  /// the shipped weights were trained with beside the ChatGPT replies of 2023.
  public static List<LabelledReply> register() {
    try (InputStream in = LabelledRepliesJson.class.getResourceAsStream(REGISTER)) {
      if (in == null) {
        throw new IllegalStateException("the module was built without " + REGISTER);
      }
      return read(REGISTER, in).rows();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LabelledReplies read(String place, InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    List<LabelledReply> rows = new ArrayList<>();
    int dropped = 0;
    String line = reader.readLine();
    for (int number = 1; line != null; number++, line = reader.readLine()) {
      if (line.isBlank()) {
        continue;
      }
      Optional<LabelledReply> row = row(place + ", line " + number, line);
      row.ifPresent(rows::add);
      dropped += row.isEmpty() ? 1 : 0;
      if (rows.size() > MAX_ROWS) {
        throw problem(place, "more than " + MAX_ROWS + " rows");
      }
    }
    if (rows.isEmpty()) {
      throw problem(place, "there are no labelled replies");
    }
    return new LabelledReplies(rows, dropped);
  }

  private static Optional<LabelledReply> row(String place, String line) {
    if (line.length() > MAX_LINE_CHARACTERS) {
      throw problem(place, "longer than " + MAX_LINE_CHARACTERS + " characters");
    }
    Map<?, ?> fields = object(place, line);
    String prompt = text(place, fields, "prompt");
    String response = text(place, fields, "response");
    boolean cut = Boolean.TRUE.equals(fields.get("truncated"));
    Reply reply = Reply.to(prompt, response).truncated(cut);
    Object label = fields.get("label");
    Object tone = fields.get("tone");
    if (label instanceof String name) {
      return Optional.of(LabelledReply.of(reply, classOf(place, name)));
    }
    if (tone instanceof String name) {
      return ofTone(reply, toneOf(place, name));
    }
    throw problem(place, "a text \"tone\" or \"label\" is needed");
  }

  private static Optional<LabelledReply> ofTone(Reply reply, Tone tone) {
    return switch (tone.side()) {
      case DROPPED -> Optional.empty();
      case COMPLIED ->
          Optional.of(new LabelledReply(reply, tone.label(), Optional.of(false), Optional.empty()));
      case REFUSED ->
          Optional.of(new LabelledReply(reply, tone.label(), Optional.of(true), Optional.empty()));
    };
  }

  private static Map<?, ?> object(String place, String line) {
    @Nullable Object parsed;
    try {
      parsed = MAPPER.readValue(line, Object.class);
    } catch (JacksonException e) {
      var where = e.getLocation();
      throw problem(
          place, "not valid JSON" + (where == null ? "" : " at column " + where.getColumnNr()));
    }
    if (parsed instanceof Map<?, ?> fields) {
      return fields;
    }
    throw problem(place, "an object with \"prompt\", \"response\" and \"tone\" is needed");
  }

  private static String text(String place, Map<?, ?> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw problem(place, "the field \"" + name + "\" must be a text");
  }

  private static ReplyClass classOf(String place, String name) {
    return ReplyClass.ofLabel(name)
        .orElseThrow(
            () ->
                unknown(
                    place,
                    "label",
                    name,
                    Arrays.stream(ReplyClass.values()).map(ReplyClass::label)));
  }

  private static Tone toneOf(String place, String name) {
    return Tone.ofLabel(name)
        .orElseThrow(
            () -> unknown(place, "tone", name, Arrays.stream(Tone.values()).map(Tone::label)));
  }

  private static EvalException unknown(
      String place, String field, String name, Stream<String> known) {
    List<String> accepted = known.toList();
    String shown = name.length() > 40 ? name.substring(0, 40) + "..." : name;
    return problem(
        place,
        "unknown %s \"%s\"; accepted: %s%s"
            .formatted(
                field, shown, String.join(", ", accepted), Suggestions.hint(name, accepted)));
  }

  private static EvalException problem(String place, String what) {
    return new EvalException(ErrorCode.JSON_FORMAT, place + ": " + what);
  }
}
