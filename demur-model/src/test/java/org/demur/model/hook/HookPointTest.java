package org.demur.model.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.model.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HookPointTest {
  @ParameterizedTest
  @EnumSource
  void everyHookPointIsReadAsItIsWritten(HookSite site) {
    HookPoint point = HookPoint.of(site, site.perBlock() ? 11 : 0);

    assertThat(HookPoint.parse(point.toString())).isEqualTo(point);
  }

  @ParameterizedTest
  @CsvSource({
    "blocks.3.attn.hook_z, blocks.3.hook_z",
    "blocks.3.mlp.hook_mlp_out, blocks.3.hook_mlp_out",
    "blocks.0.resid_pre, blocks.0.hook_resid_pre",
    "blocks.0.hook_attn_scores, blocks.0.hook_attn_scores",
    "embed, embed"
  })
  void otherSpellingsAreAccepted(String text, String canonical) {
    assertThat(HookPoint.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          blocks.3.hook_resid_preo | did you mean "hook_resid_pre"
          blocks.x.hook_z          | unknown hook site
          blocks.-1.hook_z         | unknown hook site
          blocks.99999.hook_z      | unknown hook site
          hook_z                   | needs a block, such as blocks.0.hook_z
          blocks.1.embed           | embed is in no block
          nothing                  | known: embed, hook_resid_pre, hook_q
          """)
  void whatIsNoHookPointIsRefused(String text, String message) {
    Runs.assertRefused(ErrorCode.PLAN, () -> HookPoint.parse(text), message);
  }

  @Test
  void sitesOutsideOfTheBlocksHaveNoLayer() {
    Runs.assertRefused(
        ErrorCode.PLAN, () -> HookPoint.of(HookSite.LOGITS, 2), "logits cannot have layer 2");
    Runs.assertRefused(
        ErrorCode.PLAN, () -> HookPoint.of(HookSite.Z, -1), "hook_z cannot have layer -1");
  }

  @Test
  void hookPointsAreSortedAsTheyArePassed() {
    List<HookPoint> points = new ArrayList<>();
    points.add(HookPoint.of(HookSite.EMBED));
    points.addAll(
        List.of(
            HookPoint.of(HookSite.RESID_PRE, 0),
            HookPoint.of(HookSite.Z, 0),
            HookPoint.of(HookSite.RESID_POST, 0),
            HookPoint.of(HookSite.RESID_PRE, 1)));
    points.add(HookPoint.of(HookSite.FINAL_NORM));
    points.add(HookPoint.of(HookSite.LOGITS));
    List<HookPoint> shuffled = new ArrayList<>(points);
    Collections.reverse(shuffled);

    assertThat(new TreeSet<>(shuffled)).containsExactlyElementsOf(points);
  }

  @Test
  void positionsAreReadAsTheyAreWritten() {
    for (Positions positions :
        List.of(
            Positions.ALL,
            Positions.PROMPT,
            Positions.LAST_PROMPT,
            Positions.T_INST,
            Positions.GENERATED)) {
      assertThat(Positions.parse(positions.toString())).isEqualTo(positions);
    }
    assertThat(Positions.parse("t_inst")).isEqualTo(Positions.T_INST);
    Runs.assertRefused(
        ErrorCode.PLAN,
        () -> Positions.parse("everything"),
        "unknown positions \"everything\"; known: all, prompt, last-prompt, t-inst, generated");
    Runs.assertRefused(ErrorCode.PLAN, () -> Positions.at(), "must not be empty");
  }
}
