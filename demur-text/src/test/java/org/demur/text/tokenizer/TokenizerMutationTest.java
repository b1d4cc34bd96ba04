package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged tokenizers: the native library ends the process on what it does not expect, so a run
/// that comes to its end is the proof.
class TokenizerMutationTest {
  private static final String TEXT = "ab 12 <s> é漢\u0000 \t</s>aab  b";

  @TempDir Path folder = Path.of("unset");

  @Test
  void damagedTokenizerFilesAreReadOrRefused() throws IOException {
    List<String> files =
        List.of(
            JsonFiles.BYTE_LEVEL,
            JsonFiles.METASPACE,
            JsonFiles.UNIGRAM,
            JsonFiles.BYTE_LEVEL.replace(JsonFiles.DIGITS, split()));
    Path file = folder.resolve("tokenizer.json");
    MutationRun.Outcome outcome =
        new MutationRun("tokenizer.json", 2_400)
            .run(
                seed -> {
                  String source = files.get((int) (seed % files.size()));
                  if (seed % 2 == 0) {
                    Files.write(
                        file, Mutations.mutateText(source, seed).getBytes(StandardCharsets.UTF_8));
                  } else {
                    Files.write(
                        file, Mutations.mutate(source.getBytes(StandardCharsets.UTF_8), seed));
                  }
                  use(Tokenizer.ofTokenizerJson(file));
                });
    assertThat(outcome.refused()).isPositive();
    assertThat(outcome.accepted()).isPositive();
  }

  @Test
  void tokenizerFilesWithOtherValuesInTheRightPlacesAreReadOrRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    List<String> values =
        List.of(
            "0",
            "-1",
            "1e9",
            "9999999999999999999999",
            "true",
            "null",
            "\"\"",
            "\"ab\"",
            "\"\\uD800\"",
            "[]",
            "{}",
            "[[]]",
            "\"▁\"",
            "\"(a*)*b\"",
            "\"\\\\p{L}\"",
            "1.5");
    List<String> files = List.of(JsonFiles.BYTE_LEVEL, JsonFiles.METASPACE, JsonFiles.UNIGRAM);
    MutationRun.Outcome outcome =
        new MutationRun("values of tokenizer.json", 1_200)
            .run(
                seed -> {
                  SplittableRandom random = new SplittableRandom(seed);
                  String source = files.get(random.nextInt(files.size()));
                  int colon = source.indexOf(':', random.nextInt(source.length() / 2));
                  int end = colon + 1;
                  while (end < source.length() && ",}]".indexOf(source.charAt(end)) < 0) {
                    end++;
                  }
                  Files.writeString(
                      file,
                      source.substring(0, colon + 1)
                          + values.get(random.nextInt(values.size()))
                          + source.substring(end));
                  use(Tokenizer.ofTokenizerJson(file));
                });
    assertThat(outcome.refused()).isPositive();
    assertThat(outcome.accepted()).isPositive();
  }

  @Test
  void damagedVocabulariesOfGgufFilesAreReadOrRefused() {
    MutationRun.Outcome outcome =
        new MutationRun("GGUF vocabulary", 600)
            .run(
                seed -> {
                  Map<String, Object> metadata =
                      seed % 2 == 0
                          ? SmallVocabularies.byteLevelMetadata("smollm", "a b", "Ġ ab", "ab a")
                          : SmallVocabularies.sentencePieceMetadata(
                              true, "▁", "a", "b", "ab", "▁ab", "aba");
                  damage(metadata, new SplittableRandom(seed));
                  use(Tokenizer.ofGguf(GgufVocabulary.fromMetadata(metadata::get)));
                });
    assertThat(outcome.refused()).isPositive();
    assertThat(outcome.accepted()).isPositive();
  }

  @SuppressWarnings("unchecked")
  private static void damage(Map<String, Object> metadata, SplittableRandom random) {
    List<String> tokens =
        (List<String>) Objects.requireNonNull(metadata.get("tokenizer.ggml.tokens"));
    List<Integer> types =
        (List<Integer>) Objects.requireNonNull(metadata.get("tokenizer.ggml.token_type"));
    for (int i = 0; i < 3; i++) {
      int at = random.nextInt(tokens.size());
      switch (random.nextInt(7)) {
        case 0 -> tokens.set(at, "");
        case 1 -> tokens.set(at, "\uD800\uFDD0" + at);
        case 2 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
        case 3 -> types.set(at, random.nextInt(-2, 9));
        case 4 -> tokens.removeLast();
        case 5 -> metadata.put("tokenizer.ggml.merges", List.of("a b", " ", "  ", "a", "b  a"));
        default -> metadata.put("tokenizer.ggml.bos_token_id", random.nextLong());
      }
    }
  }

  private static String split() {
    return "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\p{N}{1,3}|\\\\s+(?!\\\\S)|[^a-z]+\"},"
        + "\"behavior\":\"Isolated\",\"invert\":false}";
  }

  private static void use(Tokenizer made) {
    try (Tokenizer tokenizer = made) {
      for (ControlTokens mode : ControlTokens.values()) {
        int[] ids = tokenizer.encode(TEXT, mode);
        assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
        assertThat(tokenizer.decode(ids, true)).isNotNull();
      }
      tokenizer.spans(TEXT, (_, _, _) -> true);
    }
  }
}
