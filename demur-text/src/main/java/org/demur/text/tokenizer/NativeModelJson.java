package org.demur.text.tokenizer;

import java.util.List;
import java.util.Map;
import org.demur.text.tokenizer.SentencePieceMerges.Merge;
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

  /// The tokenizer with a BPE model and these names of added tokens.
  static String write(NativeModel model, List<String> addedNames) {
    int capacity =
        model.vocabulary().size() * CHARS_PER_TOKEN + model.merges().size() * CHARS_PER_MERGE;
    NativeModelJson json = new NativeModelJson(capacity);
    json.head(addedNames, model.steps());
    json.bpe(model);
    return json.out.append('}').toString();
  }

  /// The tokenizer with a model that is already JSON-like values.
  static String write(Map<String, Object> model, NativeModel.Steps steps, List<String> addedNames) {
    NativeModelJson json = new NativeModelJson(1 << 16);
    json.head(addedNames, steps);
    json.out.append(",\"model\":");
    json.value(model);
    return json.out.append('}').toString();
  }

  private void head(List<String> addedNames, NativeModel.Steps steps) {
    out.append("{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[");
    for (int i = 0; i < addedNames.size(); i++) {
      out.append(i == 0 ? "" : ",").append("{\"id\":").append(i).append(",\"content\":");
      text(addedNames.get(i));
      out.append(",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,");
      out.append("\"special\":true}");
    }
    out.append("],\"normalizer\":");
    value(steps.normalizer());
    out.append(",\"pre_tokenizer\":");
    value(steps.preTokenizer());
    out.append(",\"post_processor\":null,\"decoder\":");
    value(steps.decoder());
  }

  private void bpe(NativeModel model) {
    out.append(",\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":");
    value(model.unknown());
    out.append(
        ",\"continuing_subword_prefix\":null,\"end_of_word_suffix\":null,\"fuse_unk\":false");
    out.append(",\"byte_fallback\":").append(model.byteFallback());
    out.append(",\"ignore_merges\":").append(model.ignoreMerges()).append(",\"vocab\":{");
    for (int id = 0; id < model.vocabulary().size(); id++) {
      out.append(id == 0 ? "" : ",");
      text(model.vocabulary().get(id));
      out.append(':').append(id);
    }
    out.append("},\"merges\":[");
    for (int i = 0; i < model.merges().size(); i++) {
      Merge merge = model.merges().get(i);
      out.append(i == 0 ? "[" : ",[");
      text(merge.left());
      out.append(',');
      text(merge.right());
      out.append(']');
    }
    out.append("]}");
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
    int done = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      out.append(text, done, i);
      if (c < ' ') {
        out.append("\\u00").append(c < 0x10 ? "0" : "1").append(Character.forDigit(c & 15, 16));
      } else {
        out.append('\\').append(c);
      }
      done = i + 1;
    }
    out.append(text, done, text.length()).append('"');
  }
}
