package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.Runs;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Replacement;
import org.demur.model.intervention.Intervention.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanJsonTest {
  private static final LayerVectors VECTOR = LayerVectors.same(0.1f, -2.5e-8f, 3);

  private static Plan read(String text) {
    return PlanJson.read("plan.json", text, PlanJson.VectorFiles.NONE);
  }

  /// A plan of one scaling with more fields.
  private static String scaling(String more) {
    return "{\"interventions\": [{\"type\": \"scale\", \"factor\": 2, " + more + "}]}";
  }

  @Test
  void everyKindOfEditIsReadAsItWasWritten() {
    Plan plan =
        Plan.of(
            new DirectionalAblation(Target.residualStream(), VECTOR),
            new DirectionalAblation(
                Target.everywhere(HookSite.EMBED).at(Positions.T_INST),
                VECTOR,
                Optional.of(LayerVectors.perLayer(3, 1, 2, 3, 4, 5, 6))),
            new ActivationAddition(
                Target.everywhere(HookSite.RESID_PRE)
                    .inLayers(2, 0)
                    .at(Positions.at(-1, 4))
                    .inRows(3, 1),
                VECTOR,
                -1.5),
            new Replacement(
                Target.everywhere(HookSite.Z).masked(List.of(true, false)), VECTOR, true),
            new Scaling(Target.everywhere(HookSite.PATTERN).at(Positions.GENERATED), 1e-9));

    String text = PlanJson.write(plan);

    assertThat(read(text)).isEqualTo(plan);
    assertThat(PlanJson.write(read(text))).isEqualTo(text);
  }

  @Test
  void whatIsLeftOutMeansEverything() {
    Plan plan = read(scaling("\"sites\": [\"resid_pre\", \"hook_attn_out\"]"));

    assertThat(plan)
        .isEqualTo(
            Plan.of(new Scaling(Target.everywhere(HookSite.RESID_PRE, HookSite.ATTN_OUT), 2)));
  }

  @Test
  void vectorsInFilesAreFoundByTheCaller() {
    String text =
        """
        {"interventions": [{"type": "add", "coefficient": 1, "sites": ["embed"],
          "vector": {"file": "some.safetensors", "key": "harmful"}}]}
        """;

    Plan plan =
        PlanJson.read(
            "plan.json",
            text,
            (file, key) -> {
              assertThat(file).isEqualTo("some.safetensors");
              assertThat(key).contains("harmful");
              return VECTOR;
            });

    assertThat(plan)
        .isEqualTo(Plan.of(new ActivationAddition(Target.everywhere(HookSite.EMBED), VECTOR, 1)));
    Runs.assertRefused(ErrorCode.PLAN, () -> read(text), "vectors in files are not accepted here");
  }

  @Test
  void aFunctionHasNoJsonForm() {
    Plan plan = Plan.of(new Custom(Target.residualStream(), "mine", h -> h));

    Runs.assertRefused(
        ErrorCode.PLAN, () -> PlanJson.write(plan), "the function mine has no JSON form");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "null", "{", "{\"interventions\": []} x", "{\"a\": 1, \"a\": 1}", "7"})
  void whatIsNoJsonObjectIsRefused(String text) {
    Runs.assertRefused(ErrorCode.JSON_FORMAT, () -> read(text), "plan.json: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                             | has no interventions
          {"interventions": 3}                           | interventions
          {"interventions": [3]}                         | interventions[0] is not an object
          {"interventions": [], "more": 1}               | unknown field "more"; accepted: interventions
          {"interventions": [{}]}                        | unknown type ""; known: ablate, add, replace, scale
          {"interventions": [{"type": "abla"}]}          | interventions[0]: unknown type "abla"; known: ablate, add, replace, scale
          {"interventions": [{"type": 7}]}               | interventions[0]: type is 7, but a text is needed
          {"interventions": [{"type": "scale", "sites": ["embed"], "coefficient": 1}]} | unknown field "coefficient"; accepted: factor, layers
          {"interventions": [{"type": "scale", "factor": 1}]}       | needs at least one hook site
          {"interventions": [{"type": "ablate", "sites": ["embed"]}]} | interventions[0] has no direction
          {"interventions": [{"type": "add", "sites": ["embed"], "coefficient": 1}]} | has no vector
          {"interventions": [{"type": "replace", "sites": ["embed"]}]} | has no values
          {"interventions": [{"type": "ablate", "sites": ["embed"], "direction": {"values": []}}]} | 0 numbers do not make whole vectors
          {"interventions": [{"type": "ablate", "sites": ["embed"], "direction": {"width": 2, "values": [1, 2, 3]}}]} | 3 numbers do not make whole vectors of 2
          {"interventions": [{"type": "ablate", "sites": ["embed"], "direction": {"values": [1e300]}}]} | a vector holds Infinity
          {"interventions": [{"type": "ablate", "sites": ["embed"], "direction": {"value": [1]}}]} | unknown field "value"; accepted: file, key, values, width
          """)
  void planFieldsThatAreWrongAreNamed(String text, String message) {
    Runs.assertRefused(ErrorCode.PLAN, () -> read(text), "plan.json", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "sites": ["resid"]                         | unknown hook site "resid"
          "sites": ["hook_resid_prr"]                | did you mean "hook_resid_pre"
          "sites": [4]                               | unknown hook site "4"
          "sites": ["embed"], "layers": [1.5]        | layers holds 1.5, but whole numbers are needed
          "sites": ["embed"], "layers": ["1"]        | layers holds 1, but whole numbers are needed
          "sites": ["embed"], "positions": "last"    | unknown positions "last"; known: all, prompt, last-prompt, t-inst, generated
          "sites": ["embed"], "positions": 3         | unknown positions "3"
          "sites": ["embed"], "positions": []        | must not be empty
          "sites": ["embed"], "positions": [true]    | positions holds true
          "sites": ["embed"], "rows": [4000000000]   | rows holds 4000000000
          "sites": ["embed"], "rowMask": [1]         | rowMask holds 1, but true and false are needed
          """)
  void targetFieldsThatAreWrongAreNamed(String more, String message) {
    Runs.assertRefused(ErrorCode.PLAN, () -> read(scaling(more)), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"interventions": 3}                                   | interventions is 3, but a list is needed
          {"interventions": [{"type": "scale", "sites": "embed"}]} | sites is "embed", but a list is needed
          {"interventions": [{"type": "scale", "sites": ["embed"]}]} | factor is missing
          {"interventions": [{"type": "scale", "sites": ["embed"], "factor": "x"}]} | factor is "x"
          {"interventions": [{"type": "scale", "sites": ["embed"], "factor": 1, "layers": 3}]} | layers is 3, but a list is needed
          {"interventions": [{"type": "ablate", "sites": ["embed"], "direction": [1, 2]}]} | direction is [1, 2], but an object is needed
          {"interventions": [{"type": "replace", "sites": ["embed"], "values": {"values": [1]}, "perToken": 1}]} | perToken is 1, but true or false is needed
          """)
  void fieldsOfTheWrongTypeAreRefusedWithWhatIsNeeded(String text, String message) {
    Runs.assertRefused(ErrorCode.PLAN, () -> read(text), "plan.json", message);
  }

  @Test
  void anEndlessListIsRefused() {
    String one = "{\"type\": \"scale\", \"factor\": 1, \"sites\": [\"embed\"]},";
    String many = "{\"interventions\": [" + one.repeat(4096) + one.replace("},", "}") + "]}";

    Runs.assertRefused(
        ErrorCode.PLAN, () -> read(many), "has 4097 interventions, but at most 4096 are accepted");
  }
}
