package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.demur.tensor.gguf.GgufFile;
import org.demur.tensor.gguf.GgufMetadata;
import org.demur.tensor.gguf.GgufValueType;
import org.demur.tensor.gguf.GgufWriter;
import org.demur.testkit.SharedFixtures;

/// The tiny random model of the golden set as a GGUF file with a vocabulary of single characters
/// and a chat template, so that commands can be run on text.
final class TinyModel {
  /// The end of a turn; ends answers.
  static final String END = "<|end|>";

  private static final int VOCABULARY = 96;
  private static final String TEMPLATE =
      "{% for m in messages %}<|turn|>{{ m.role }}\n{{ m.content }}<|end|>\n{% endfor %}"
          + "{% if add_generation_prompt %}<|turn|>assistant\n{% endif %}";

  private TinyModel() {}

  /// Writes the model into a folder and returns its file.
  static Path in(Path folder) {
    return in(folder, OptionalLong.empty());
  }

  /// The same with another context length than that of the golden set.
  static Path in(Path folder, OptionalLong contextLength) {
    Path file = folder.resolve("tiny.gguf");
    Path source = SharedFixtures.repositoryRoot().resolve("golden/models/llama.gguf");
    try (GgufFile original = GgufFile.open(source)) {
      GgufWriter writer = new GgufWriter(file);
      for (String key : original.metadata().keys()) {
        if (contextLength.isPresent() && key.endsWith(".context_length")) {
          writer.integer(key, GgufValueType.UINT32, contextLength.getAsLong());
        } else {
          copy(key, original.metadata(), writer);
        }
      }
      addText(writer);
      original
          .tensors()
          .values()
          .forEach(
              tensor ->
                  writer.tensor(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes()));
      writer.write();
    }
    return file;
  }

  private static void copy(String key, GgufMetadata from, GgufWriter to) {
    GgufValueType type = from.type(key).orElseThrow();
    if (type == GgufValueType.STRING) {
      to.string(key, from.string(key).orElseThrow());
    } else if (type.isInteger()) {
      to.integer(key, type, from.integer(key).orElseThrow());
    } else if (type != GgufValueType.ARRAY) {
      to.number(key, from.number(key).orElseThrow().floatValue());
    }
  }

  private static void addText(GgufWriter writer) {
    // byte-level spelling: Ġ is a blank, Ċ a new line
    List<String> tokens = new ArrayList<>(List.of("<|turn|>", END, "Ġ", "Ċ"));
    IntStream.range('!', '!' + VOCABULARY - tokens.size())
        .mapToObj(Character::toString)
        .forEach(tokens::add);
    long[] types = new long[VOCABULARY];
    java.util.Arrays.fill(types, 1);
    types[0] = 3;
    types[1] = 3;
    writer
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", "gpt-2")
        .strings("tokenizer.ggml.tokens", tokens)
        .strings("tokenizer.ggml.merges", List.of())
        .integers("tokenizer.ggml.token_type", GgufValueType.INT32, types)
        .integer("tokenizer.ggml.eos_token_id", GgufValueType.UINT32, 1)
        .string("general.license", "apache-2.0")
        .string("tokenizer.chat_template", TEMPLATE);
  }
}
