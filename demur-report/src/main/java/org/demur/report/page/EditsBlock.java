package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReport.Causality;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.report.ExplanationReport.WorstCase;
import org.demur.report.Unit;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;

/// What edits along the direction do: A3, A4 and A5.
final class EditsBlock {
  private EditsBlock() {}

  static Element causality(List<ExplainedState> states) {
    List<List<Node>> levels = new ArrayList<>();
    List<List<Node>> changes = new ArrayList<>();
    for (ExplainedState state : states) {
      Causality found = state.causality();
      levels.add(
          List.of(
              Blocks.text(state.name()),
              Values.of(found.plain(), Unit.LOG_ODDS),
              Values.of(found.ablated(), Unit.LOG_ODDS),
              Values.of(found.recentred(), Unit.LOG_ODDS),
              Values.of(found.benign(), Unit.LOG_ODDS),
              Values.of(found.attacked(), Unit.LOG_ODDS),
              Values.of(found.restored(), Unit.LOG_ODDS),
              Values.of(found.restoredRandom(), Unit.LOG_ODDS)));
      changes.add(
          List.of(
              Blocks.text(state.name()),
              Values.of(found.ablatedChange(), Unit.LOG_ODDS),
              Values.of(found.recentredChange(), Unit.LOG_ODDS),
              Values.of(found.attackChange(), Unit.LOG_ODDS),
              Values.of(found.restoredChange(), Unit.LOG_ODDS),
              Values.of(found.overRandom(), Unit.LOG_ODDS)));
    }
    return Blocks.section(
            "causality",
            "A3: Does the direction cause refusal?",
            "Refusal log-odds of the first token of the reply to harmful test requests. Ablation acts"
                + " at the inputs of all blocks from a quarter of the depth on, with each layer's own"
                + " u; restoring gives the last token of an attacked prompt the component that"
                + " harmful prompts have.")
        .add(
            Blocks.table(
                "Refusal log-odds, nats",
                List.of(
                    "Model",
                    "Plain",
                    "Ablated",
                    "Ablated to mean",
                    "Benign suffix",
                    "Attacked",
                    "Restored",
                    "Restored, random"),
                levels),
            Blocks.table(
                "Changes on the same requests, nats",
                List.of(
                    "Model",
                    "By ablation",
                    "By ablation to mean",
                    "By the attack",
                    "By restoring",
                    "Restoring over random"),
                changes));
  }

  static Element worstCase(ExplanationReport report) {
    List<List<Node>> rows = new ArrayList<>();
    for (ExplainedState state : report.states()) {
      for (WorstCase found : state.worstCases()) {
        rows.add(
            List.of(
                Blocks.text(state.name() + ", layer " + found.layer()),
                Values.of(found.budget(), Unit.PLAIN),
                Values.of(found.cosine(), Unit.LOG_ODDS),
                Values.of(found.plain(), Unit.LOG_ODDS),
                Values.of(found.rfa(), Unit.LOG_ODDS),
                Values.of(found.worst(), Unit.LOG_ODDS),
                Values.of(found.dropShare(), Unit.SHARE),
                Values.of(found.lossRatio(), Unit.PLAIN)));
      }
    }
    return Blocks.section(
            "worst-case",
            "A4: Is taking out u close to the worst case?",
            "At one layer and the last token of harmful test requests: without the component along"
                + " u, and under the perturbation of at most the same length that lowers the refusal"
                + " log-odds most, found by projected gradient descent. A small search: "
                + report.worstCaseSize()
                + ".")
        .add(
            Blocks.table(
                "Refusal log-odds under perturbations of the same length",
                List.of(
                    "Model",
                    "Length",
                    "Cosine with −u",
                    "Plain",
                    "Without u",
                    "Worst found",
                    "Share of the worst drop",
                    "Ratio of losses"),
                rows));
  }

  static Element harmless(List<ExplainedState> states) {
    List<List<Node>> rows = new ArrayList<>();
    for (ExplainedState state : states) {
      HarmlessCost cost = state.harmlessCost();
      rows.add(
          List.of(
              Blocks.text(state.name()),
              Values.of(cost.crossEntropy(), Unit.PLAIN),
              Values.of(cost.zero(), Unit.LOG_ODDS),
              Values.of(cost.recentred(), Unit.LOG_ODDS),
              Values.of(cost.zeroDivergence(), Unit.PLAIN),
              Values.of(cost.recentredDivergence(), Unit.PLAIN),
              Values.of(cost.divergenceDifference(), Unit.LOG_ODDS)));
    }
    return Blocks.section(
            "harmless",
            "A5: What does ablation cost on harmless text?",
            "Helpful replies to everyday test requests, as the model gave them before it was"
                + " trained: cross-entropy and divergence of the next token, nats per token, with the"
                + " component along u removed or moved to its mean over everyday prompts.")
        .add(
            Blocks.table(
                "Cost on harmless text",
                List.of(
                    "Model",
                    "Cross-entropy",
                    "Removed, increase",
                    "To mean, increase",
                    "Removed, KL",
                    "To mean, KL",
                    "KL difference"),
                rows));
  }
}
