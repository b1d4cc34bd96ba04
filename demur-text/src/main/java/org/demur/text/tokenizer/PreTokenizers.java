package org.demur.text.tokenizer;

import static java.util.Map.entry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.Suggestions;

/// The pre-tokenizers that GGUF files name in `tokenizer.ggml.pre`.
///
/// The names and what they split are llama.cpp's (`src/llama-vocab.cpp`, `src/unicode.cpp`), which
/// has the rules partly as regular expressions in another dialect and partly as code. Deviations
/// from the models' own `tokenizer.json` are llama.cpp's and kept, because files are made for it:
/// Unicode letters outside ASCII count as upper and lower case at once, and digits are ASCII.
final class PreTokenizers {
  private static final String CONTRACTION = "'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
  private static final String SPACES = "\\s+(?!\\S)|\\s+";
  private static final String LINES = "\\s*[\\r\\n]+|" + SPACES;
  private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String SIGNS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";

  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|" + SPACES;
  private static final String LLAMA3 =
      String.join("|", CONTRACTION, WORD, "\\p{N}{1,3}", SIGNS, LINES);
  private static final String QWEN2 = String.join("|", CONTRACTION, WORD, "\\p{N}", SIGNS, LINES);
  private static final String QWEN35 =
      String.join(
          "|",
          CONTRACTION,
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+",
          "\\p{N}",
          " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*",
          LINES);

  /// Words that start in upper and end in lower case; a class of letters, with or without marks.
  private static String cased(String letters, String contraction) {
    String upper = "[" + letters + "&&[^a-z]]";
    String lower = "[" + letters + "&&[^A-Z]]";
    String start = "[^\\r\\n\\p{L}\\p{N}]?";
    return start
        + upper
        + "*"
        + lower
        + "+"
        + contraction
        + "|"
        + start
        + upper
        + "+"
        + lower
        + "*"
        + contraction;
  }

  private static final String OPTIONAL_CONTRACTION = "(?:" + CONTRACTION + ")?";
  private static final String SIGNS_SLASH = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";
  private static final String TEKKEN =
      String.join("|", cased("\\p{L}", ""), "\\p{N}", SIGNS_SLASH, LINES);
  private static final String GPT4O =
      String.join("|", cased("\\p{L}", OPTIONAL_CONTRACTION), "\\p{N}{1,3}", SIGNS_SLASH, LINES);
  private static final String GRANITE_MULTI =
      String.join(
          "|", cased("\\p{L}\\p{M}", OPTIONAL_CONTRACTION), "\\p{N}{1,3}", SIGNS_SLASH, LINES);

  /// As GPT4O, but letters of any case and marks in one run.
  private static String anyCase(String digits) {
    return String.join(
        "|",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+" + OPTIONAL_CONTRACTION,
        digits,
        SIGNS_SLASH,
        LINES);
  }

  private static final String CJK = "[\\x{4E00}-\\x{9FA5}\\x{3040}-\\x{309F}\\x{30A0}-\\x{30FF}]+";
  private static final String PUNCTUATED_WORD =
      "[!-/:-@\\[-`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+";
  private static final String DEEPSEEK3 = PUNCTUATED_WORD + "[\\r\\n]*|" + LINES;

  /// The cased letters that DeepSeek LLM lists one by one, as the difference to all of them.
  private static final String DEEPSEEK_LETTERS =
      "[[\\p{Lu}\\p{Ll}\\p{Lt}]&&[^\\x{560}-\\x{588}\\x{10C7}-\\x{10FF}\\x{1C80}-\\x{1C8F}"
          + "\\x{2D00}-\\x{2D2D}\\x{A790}-\\x{A7FF}\\x{AB30}-\\x{AB68}\\x{10570}-\\x{105BC}"
          + "\\x{10D50}-\\x{10D85}\\x{16E40}-\\x{16E7F}\\x{1D400}-\\x{1D7CB}\\x{1DF00}-\\x{1DFFF}]]";

  private static final String DEEPSEEK_SIGNS =
      "[!-/:-~\\x{FF01}-\\x{FF0F}\\x{FF1A}-\\x{FF5E}\\x{2018}-\\x{201F}\\x{3001}-\\x{3002}]";
  private static final String DEEPSEEK_EAST = "[[\\x{800}-\\x{9FA5}\\x{AC00}-\\x{D7FF}]&&[^\\s]]+";

  private static final String BLOOM =
      " ?[^(\\s|.,!?\\x{2026}\\x{3002}\\x{FF0C}\\x{3001}\\x{964}\\x{6D4}\\x{60C})]+";
  private static final String LINE_RUNS = "[^\\n]+|\\n+";
  private static final String HAN =
      "\\x{4E00}-\\x{9FFF}\\x{3400}-\\x{4DBF}\\x{20000}-\\x{2A6DF}\\x{2A700}-\\x{2EBEF}"
          + "\\x{F900}-\\x{FAFF}\\x{2F800}-\\x{2FA1F}";
  private static final String KIMI =
      String.join(
          "|",
          "[" + HAN + "]+",
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}&&[^" + HAN + "]]+" + OPTIONAL_CONTRACTION,
          "\\p{N}{1,3}",
          SIGNS,
          LINES);

  /// Digits in groups of three counted from the right; what stands before the first group stays
  /// with it. Looks ahead only where a run of digits starts, so that long runs cost no more.
  private static final String FIRST_GROUP =
      "(?:\\p{N}{1,2}(?=(?>(?:\\p{N}{3})*)(?!\\p{N}))|\\p{N}{3})";

  private static final String THREES =
      "(?<!\\P{N})(?>\\P{N}+)" + FIRST_GROUP + "|\\A" + FIRST_GROUP + "|\\p{N}{3}";

  /// Groups of three ASCII digits counted from the right; the one or two before them are left.
  private static final String THREES_LEFT =
      "(?<![0-9])[0-9]{0,2}\\K[0-9]{3}(?=(?>(?:[0-9]{3})*)(?![0-9]))|(?<=[0-9])[0-9]{3}";

  private static final String AFMOE_EAST =
      "[\\x{4E00}-\\x{9FFF}\\x{3400}-\\x{4DBF}\\x{8C48}-\\x{D7FF}\\x{E000}-\\x{FAFF}"
          + "\\x{3040}-\\x{30FF}\\x{FF65}-\\x{FF9F}\\x{2F00}-\\x{2FDF}\\x{E40}-\\x{EFF}"
          + "\\x{1780}-\\x{17FF}\\x{1000}-\\x{109F}\\x{AA60}-\\x{AA7F}\\x{A9E0}-\\x{A9FF}"
          + "\\x{1100}-\\x{11FF}]+";

  private static final PreTokenizer GPT2_WORDS = PreTokenizer.of(GPT2);
  private static final PreTokenizer DIGITS = PreTokenizer.of("\\p{N}", GPT2);
  private static final PreTokenizer LLAMA3_WORDS =
      PreTokenizer.of(LLAMA3).ignoringMerges().addingBos();
  private static final PreTokenizer QWEN2_WORDS = PreTokenizer.of(QWEN2);
  private static final PreTokenizer DEEPSEEK3_WORDS =
      PreTokenizer.of("\\p{N}{1,3}", CJK, DEEPSEEK3);

  private static final Map<String, PreTokenizer> BY_NAME = table();

  private PreTokenizers() {}

  /// The pre-tokenizer of a name; the empty name is `default`, as in llama.cpp.
  ///
  /// @throws TokenizerException when there is none, with the nearest name
  static PreTokenizer named(String name) {
    PreTokenizer found = BY_NAME.get(name.isEmpty() ? "default" : name);
    if (found == null) {
      throw new TokenizerException(
          "pre-tokenizer \"%s\" (GGUF metadata key tokenizer.ggml.pre) is not known%s; known are %s"
              .formatted(
                  name,
                  Suggestions.hint(name, BY_NAME.keySet()),
                  String.join(", ", new TreeSet<>(BY_NAME.keySet()))));
    }
    return found;
  }

  /// All names.
  static Set<String> names() {
    return BY_NAME.keySet();
  }

  private static Map<String, PreTokenizer> table() {
    Map<String, PreTokenizer> table = new HashMap<>();
    addAll(
        table, GPT2_WORDS, "gpt-2 phi-2 mpt olmo jais trillion granite-docling gigachat a.x-4.0");
    addAll(table, GPT2_WORDS, "jina-es jina-de jina-v2-es jina-v2-de jina-v1-en jina-v2-code");
    addAll(table, GPT2_WORDS, "mellum modern-bert roberta-bpe exaone4");
    addAll(table, DIGITS, "starcoder refact command-r smollm codeshell exaone minerva-7b mellum2");
    addAll(table, LLAMA3_WORDS, "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0");
    addAll(table, LLAMA3_WORDS, "lfm2 jina-v5-nano");
    addAll(table, PreTokenizer.of(LLAMA3), "dbrx smaug-bpe chatglm-bpe");
    addAll(table, PreTokenizer.of(LLAMA3).ignoringMerges(), "glm4 glm5");
    addAll(table, QWEN2_WORDS, "qwen2 deepseek-r1-qwen kormo f2llmv2 stablelm2 hunyuan megrez");
    addAll(table, QWEN2_WORDS, "solar-open grok-2");
    addAll(table, DEEPSEEK3_WORDS, "deepseek-v3 hunyuan-dense joyai-llm hy_v4");
    addAll(table, PreTokenizer.of(GPT4O), "gpt-4o llama4 kanana2 talkie minimax-m2");
    addAll(table, PreTokenizer.of(THREES, anyCase("\\p{N}{1,3}")), "tiny_aya cohere2moe");
    addAll(table, PreTokenizer.of(BLOOM), "poro-chat bloom gpt3-finnish");
    addAll(table, bailing(), "bailingmoe bailingmoe2 llada-moe");
    addAll(
        table,
        PreTokenizer.of(LINE_RUNS).ignoringMerges().addingBos().escapingSpaces(),
        "gemma4 granite-embed-multi-311m");
    table.putAll(singles());
    return Map.copyOf(table);
  }

  private static Map<String, PreTokenizer> singles() {
    return Map.ofEntries(
        entry("default", PreTokenizer.of("[\\p{P}$+<=>^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]")),
        entry("falcon", PreTokenizer.of("[\\p{P}$+<=>^~|`]+", GPT2, "[0-9][0-9][0-9]")),
        entry("qwen35", PreTokenizer.of(QWEN35)),
        entry("tekken", PreTokenizer.of(TEKKEN).ignoringMerges().addingBos()),
        entry("granite-embed-multi-97m", PreTokenizer.of(GRANITE_MULTI).ignoringMerges()),
        entry("viking", PreTokenizer.of(BLOOM, "\\p{N}")),
        entry("kimi-k2", PreTokenizer.of(KIMI)),
        entry("laguna", PreTokenizer.of(LINE_RUNS, QWEN2)),
        entry("sarvam-moe", PreTokenizer.of(LINE_RUNS).escapingSpaces()),
        entry("superbpe", PreTokenizer.of("\\p{N}+", THREES_LEFT)),
        entry("afmoe", PreTokenizer.of(THREES, AFMOE_EAST, DEEPSEEK3)),
        entry("ufakzeka", PreTokenizer.of(String.join("|", WORD, "\\p{N}", SIGNS, LINES))),
        entry("minicpm5", miniCpm()),
        entry("spark2_5", spark()),
        entry("youtu", youtu()),
        entry("jais-2", jais2()),
        entry("chameleon", chameleon()),
        entry("seed-coder", seedCoder()),
        entry("exaone-moe", exaoneMoe()),
        entry("deepseek-llm", deepSeekLlm()),
        entry(
            "deepseek-coder",
            PreTokenizer.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", DEEPSEEK_EAST, "\\p{N}")));
  }

  private static PreTokenizer deepSeekLlm() {
    return PreTokenizer.of(
        "[\\r\\n]",
        "\\s?" + DEEPSEEK_LETTERS + "+",
        "\\s?" + DEEPSEEK_SIGNS + "+",
        "(?<!\\s)\\s+\\z",
        DEEPSEEK_EAST,
        "\\p{N}+");
  }

  private static PreTokenizer miniCpm() {
    String words = String.join("|", CONTRACTION, WORD, "\\p{N}+", SIGNS, LINES);
    return PreTokenizer.of("\\p{N}{1,3}", words).ignoringMerges();
  }

  private static PreTokenizer spark() {
    return PreTokenizer.of("\\p{N}{1,3}", CJK, PUNCTUATED_WORD + "|[\\r\\n]|" + SPACES, "\\p{N}");
  }

  private static PreTokenizer youtu() {
    String scripts =
        "[\\x{AC00}-\\x{D7A3}\\x{3131}-\\x{318E}]+"
            + "|[\\x{FF01}\\x{2026}\\x{201C}\\x{201D}\\x{2018}\\x{2019}\\x{2014}\\x{FF1A}\\x{FF1B}"
            + "\\x{FF0C}\\x{3001}-\\x{303F}\\x{FE30}-\\x{FE4F}]+"
            + "|[\\x{3105}-\\x{312F}]+|"
            + CJK;
    return PreTokenizer.of(scripts, anyCase("\\p{N}")).ignoringMerges();
  }

  private static PreTokenizer jais2() {
    // The look behind keeps a long run from being searched for line ends once per piece of it.
    StringBuilder runs = new StringBuilder("(?<![^\\S\\r\\n])\\s*[\\r\\n]+");
    for (int length = 512; length >= 4; length /= 2) {
      runs.append("|\\s{").append(length).append("}(?!\\S)");
    }
    runs.append("|\\s{1,2}(?!\\S)|\\s");
    return PreTokenizer.of(String.join("|", CONTRACTION, WORD, "\\p{N}{1,3}", SIGNS, runs));
  }

  private static PreTokenizer chameleon() {
    return PreTokenizer.of(
            "<sentinel:[0-9]+>",
            "IMGIMG[A-I]{1,4}Z",
            "[\\t\\n]|    |  ",
            "\\p{N}",
            "[\\p{P}!-/:-@\\[-`{-~]",
            GPT2)
        .addingBos();
  }

  private static PreTokenizer seedCoder() {
    return PreTokenizer.of(
        String.join("|", CONTRACTION, WORD, "\\p{N}", " ?[^\\s\\p{L}\\p{N}\\r\\n]+", LINES));
  }

  private static PreTokenizer exaoneMoe() {
    String words = "[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+";
    return PreTokenizer.of(
        String.join(
            "|",
            CONTRACTION,
            words,
            "\\p{N}",
            " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?",
            "\\s*[\\r\\n]",
            SPACES));
  }

  private static PreTokenizer bailing() {
    String contraction = "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])";
    return PreTokenizer.of(
        String.join("|", contraction, WORD, "\\p{N}", SIGNS, "\\s*[\\r\\n]", SPACES));
  }

  private static void addAll(
      Map<String, PreTokenizer> table, PreTokenizer preTokenizer, String names) {
    for (String name : List.of(names.split(" "))) {
      table.put(name, preTokenizer);
    }
  }
}
