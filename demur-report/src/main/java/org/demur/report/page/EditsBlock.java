package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.demur.report.ExplanationReport;
import org.demur.report.ExplanationReport.Causality;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.report.ExplanationReport.WorstCase;
import org.demur.report.Measured;
import org.demur.report.Unit;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;

/// What edits along the direction do: A3, A4 and A5.
final class EditsBlock {
  private EditsBlock() {}

  static Element causality(List<ExplainedState> states) {
    List<List<Node>> levels = new ArrayList<>();
    levels.add(row("Plain", states, Causality::plain));
    levels.add(row("Component removed", states, Causality::ablated));
    levels.add(row("Component moved to the everyday mean", states, Causality::recentred));
    levels.add(row("With a benign suffix", states, Causality::benign));
    levels.add(row("Attacked", states, Causality::attacked));
    levels.add(row("Attacked, component restored", states, Causality::restored));
    levels.add(row("Attacked, random components restored", states, Causality::restoredRandom));
    List<List<Node>> changes = new ArrayList<>();
    changes.add(row("By removing", states, Causality::ablatedChange));
    changes.add(row("By moving to the everyday mean", states, Causality::recentredChange));
    changes.add(row("By the attack", states, Causality::attackChange));
    changes.add(row("By restoring", states, Causality::restoredChange));
    changes.add(row("Restoring over random components", states, Causality::overRandom));
    List<String> heads = new ArrayList<>(List.of("Harmful requests"));
    states.forEach(state -> heads.add(state.name()));
    return Blocks.section(
            "causality",
            "A3: Does the direction cause refusal?",
            "Refusal log-odds of the first token of the reply to harmful test requests. Ablation acts"
                + " at the inputs of all blocks from a quarter of the depth on, with each layer's own"
                + " u; restoring gives the last token of an attacked prompt the component that"
                + " harmful prompts have.")
        .add(
            Blocks.table("Refusal log-odds, nats", heads, levels),
            Blocks.table("Changes on the same requests, nats", heads, changes));
  }

  private static List<Node> row(
      String name, List<ExplainedState> states, Function<Causality, Measured> figure) {
    List<Node> cells = new ArrayList<>(List.of(Blocks.text(name)));
    states.forEach(state -> cells.add(Values.of(figure.apply(state.causality()), Unit.LOG_ODDS)));
    return cells;
  }

  static Element worstCase(ExplanationReport report) {
    List<List<Node>> odds = new ArrayList<>();
    List<List<Node>> shares = new ArrayList<>();
    for (ExplainedState state : report.states()) {
      for (WorstCase found : state.worstCases()) {
        String name = state.name() + ", layer " + found.layer();
        odds.add(
            List.of(
                Blocks.text(name),
                Values.of(found.plain(), Unit.LOG_ODDS),
                Values.of(found.rfa(), Unit.LOG_ODDS),
                Values.of(found.worst(), Unit.LOG_ODDS)));
        shares.add(
            List.of(
                Blocks.text(name),
                Values.of(found.budget(), Unit.PLAIN),
                Values.of(found.cosine(), Unit.LOG_ODDS),
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
                List.of("Model", "Plain", "Without u", "Worst found"),
                odds),
            Blocks.table(
                "Taking out u beside the worst perturbation",
                List.of(
                    "Model",
                    "Length",
                    "Cosine of the worst with −u",
                    "Share of the worst drop",
                    "Ratio of losses"),
                shares));
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
