package org.demur.text.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingJsonTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void everyKindOfValueIsRead() {
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("b", List.of(1L, 2.5, "x", true));
    expected.put("a", Arrays.asList(null, false, new BigInteger("99999999999999999999")));
    Object value =
        StreamingJson.parse(
            "{\"b\": [1, 2.5, \"x\", true], \"a\": [null, false, 99999999999999999999]}",
            "text",
            JsonLimits.DEFAULTS);
    assertThat(value).isEqualTo(expected);
    assertThat(((Map<?, ?>) expected).keySet().iterator().next()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[1,]", "{\"secret prompt\"}", "tru", "1 2", "\"secret prompt", "{a:1}"})
  void whatIsNoJsonIsAnErrorWithItsPlaceAndWithoutItsText(String json) {
    assertThatThrownBy(() -> StreamingJson.parse(json, "messages.json", JsonLimits.DEFAULTS))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("messages.json, line 1, column")
        .hasMessageNotContaining("secret");
  }

  @Test
  void nestingSizeAndNumberOfValuesAreBounded() throws IOException {
    JsonLimits limits = new JsonLimits(100, 5, 20);
    assertThatThrownBy(() -> StreamingJson.parse("[[[[[[1]]]]]]", "x", limits))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> StreamingJson.parse("[" + "1,".repeat(40) + "1]", "x", limits))
        .isInstanceOf(JsonFormatException.class);
    Path file = folder.resolve("large.json");
    Files.writeString(file, " ".repeat(101) + "1");
    assertThatThrownBy(() -> StreamingJson.read(file, limits))
        .isInstanceOf(JsonFormatException.class)
        .hasMessage(file + " has 102 bytes; at most 100 are accepted");
  }

  @Test
  void aMissingFileIsNotFound() {
    assertThatThrownBy(() -> StreamingJson.read(folder.resolve("none"), JsonLimits.DEFAULTS))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void whatIsReadStepByStepSaysWhatItExpected() {
    assertThatThrownBy(
            () -> {
              Path file = folder.resolve("steps.json");
              Files.writeString(file, "{\"a\":\n \"text\"}");
              try (StreamingJson json = StreamingJson.open(file, JsonLimits.DEFAULTS)) {
                json.object(_ -> json.integer());
              }
            })
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("line 2, column")
        .hasMessageContaining("expected a whole number");
  }
}
