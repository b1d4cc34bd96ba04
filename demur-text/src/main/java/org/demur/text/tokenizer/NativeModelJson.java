package org.demur.text.tokenizer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the JSON from which the native library makes a tokenizer.
///
/// Written by hand because a vocabulary has some hundred thousand strings and loading waits for it.
final class NativeModelJson {
  private static final int CHARS_PER_TOKEN = 24;
  private static final int CHARS_PER_MERGE = 24;

  private final StringBuilder out;

  private NativeModelJson(int capacity) {
    out = new StringBuilder(capacity);
  }

  /// The tokenizer with a model and one added token.
  static String write(NativeModel model, String marker) {
    int capacity =
        model.vocabulary().size() * CHARS_PER_TOKEN + model.merges().size() * CHARS_PER_MERGE;
    NativeModelJson json = new NativeModelJson(capacity);
    json.head(marker, model.steps());
    json.model(model);
    return json.out.append('}').toString();
  }

  private void head(String marker, NativeModel.Steps steps) {
    out.append("{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[");
    out.append("{\"id\":0,\"content\":");
    text(marker);
    out.append(",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,");
    out.append("\"special\":true}],\"normalizer\":");
    value(steps.normalizer());
    out.append(",\"pre_tokenizer\":");
    value(steps.preTokenizer());
    out.append(",\"post_processor\":null,\"decoder\":");
    value(steps.decoder());
  }

  private void model(NativeModel model) {
    out.append(",\"model\":{");
    model
        .options()
        .forEach(
            (name, option) -> {
              text(name);
              out.append(':');
              value(option);
              out.append(',');
            });
    out.append("\"vocab\":");
    if (model.scores() == null) {
      vocabulary(model.vocabulary());
    } else {
      scored(model.vocabulary(), model.scores());
    }
    if (model.isBpe()) {
      merges(model.merges());
    }
    out.append('}');
  }

  private void vocabulary(List<String> pieces) {
    String separator = "{";
    for (int id = 0; id < pieces.size(); id++) {
      out.append(separator);
      separator = ",";
      text(pieces.get(id));
      out.append(':').append(id);
    }
    out.append('}');
  }

  private void scored(List<String> pieces, List<Double> scores) {
    String separator = "[[";
    for (int id = 0; id < pieces.size(); id++) {
      out.append(separator);
      separator = ",[";
      text(pieces.get(id));
      out.append(',').append(scores.get(id)).append(']');
    }
    out.append(']');
  }

  private void merges(List<Merge> merges) {
    out.append(",\"merges\":[");
    boolean lines = merges.stream().allMatch(NativeModelJson::fitsOnLine);
    String separator = "";
    for (Merge merge : merges) {
      out.append(separator);
      separator = ",";
      if (lines) {
        text(merge.left() + " " + merge.right());
      } else {
        value(List.of(merge.left(), merge.right()));
      }
    }
    out.append(']');
  }

  /// Whether a merge can be written as one string with a space between, which loads faster. The
  /// library takes lines that start like the head of a merges file for that head.
  private static boolean fitsOnLine(Merge merge) {
    return merge.left().indexOf(' ') < 0
        && merge.right().indexOf(' ') < 0
        && !merge.left().startsWith("#version");
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> text(text);
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator);
          text(String.valueOf(entry.getKey()));
          out.append(':');
          value(entry.getValue());
          separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case List<?> list -> {
        String separator = "[";
        for (Object element : list) {
          out.append(separator);
          value(element);
          separator = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      case Object other -> out.append(other);
    }
  }

  private void text(String text) {
    out.append('"');
    int escape = nextEscape(text, 0);
    if (escape < 0) {
      out.append(text).append('"');
      return;
    }
    int done = 0;
    for (; escape >= 0; escape = nextEscape(text, done)) {
      out.append(text, done, escape);
      char c = text.charAt(escape);
      if (c < ' ') {
        out.append("\\u00").append(c < 0x10 ? "0" : "1").append(Character.forDigit(c & 15, 16));
      } else {
        out.append('\\').append(c);
      }
      done = escape + 1;
    }
    out.append(text, done, text.length()).append('"');
  }

  private static int nextEscape(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        return i;
      }
    }
    return -1;
  }
}
