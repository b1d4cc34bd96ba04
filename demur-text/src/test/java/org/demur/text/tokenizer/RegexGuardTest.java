package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexGuardTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\s+",
        "'s|'t| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|\\s*[\\r\\n]+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{M}]*[\\p{Ll}\\p{M}]+(?i:'s|'ll)?|\\p{N}",
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        "(?=(\\d{3})+(?!\\d))",
        "[\\p{Han}]+|[\\p{Lu}&&[^\\p{Han}]]*x",
        "(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}",
        "'(?i:[sdmt]|ll)|[^\\r\\n]?+\\p{L}+| ?[^\\s]++[\\r\\n]*",
        "<\\|[a-z]+\\|>"
      })
  void expressionsOfPublishedTokenizersAreAccepted(String regex) {
    assertThat(RegexGuard.check(regex, "x")).isLessThanOrEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+b",
        "(a|aa)+$",
        "(a*)*b",
        "a*a*b",
        "(?:x+x+)+y",
        "([a-z]+)*=",
        "(.*)(.*)(.*)[^.]",
        "(a?){30}a{30}",
        "(?:a|b|ab){20}c",
        "a*(?=a*b)c",
        "(?:a{1,1000}){1,1000}",
        "(x)\\1",
        "(?<name>x)",
        "a(?i)b|c",
        "(a",
        "a)",
        "[a",
        "*a",
        "a\\",
        "a{2,1}",
        "[]a]"
      })
  void expressionsThatCouldTakeAnyTimeAreRefusedWithTheirPlace(String regex) {
    assertThatThrownBy(() -> RegexGuard.check(regex, "tokenizer.json: pre_tokenizer"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.json: pre_tokenizer")
        .hasMessageContaining("at character");
  }

  @Test
  void manyAlternativesThatAllMatchAreRefusedBeforeSomethingThatFails() {
    assertThatThrownBy(() -> RegexGuard.check("(?:a|a)".repeat(40) + "b", "x"))
        .isInstanceOf(TokenizerException.class);
  }

  @Test
  void deepNestingIsRefusedAndDoesNotOverflowTheStack() {
    assertThatThrownBy(() -> RegexGuard.check("(".repeat(9_000) + ")".repeat(9_000), "x"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> RegexGuard.check("[".repeat(9_000), "x"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("nested");
  }
}
