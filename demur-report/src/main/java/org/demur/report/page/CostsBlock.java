package org.demur.report.page;

import java.util.List;
import org.demur.report.Costs;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// What the run cost.
final class CostsBlock {
  private CostsBlock() {}

  static Element draw(Costs costs) {
    Element facts = Element.of("dl", "tiles");
    tile(facts, "prompts", Numbers.count(costs.prompts()));
    tile(facts, "prompt tokens", Numbers.count(costs.tokens()));
    tile(facts, "forward passes", Numbers.count(costs.forwardPasses()));
    tile(facts, "backward passes", Numbers.count(costs.backwardPasses()));
    tile(facts, "generated tokens", Numbers.count(costs.generatedTokens()));
    tile(facts, "wall time", Numbers.duration(costs.seconds()));
    tile(facts, "peak memory", Numbers.bytes(costs.peakMemoryBytes()));
    Element section = Blocks.section("costs", "Costs", "").add(facts);
    if (costs.stages().isEmpty()) {
      return section;
    }
    List<List<Node>> rows =
        costs.stages().stream()
            .map(
                stage ->
                    List.<Node>of(
                        Blocks.text(stage.name()),
                        Blocks.text(Numbers.duration(stage.seconds())),
                        Blocks.text(Numbers.percent(stage.seconds() / costs.seconds()))))
            .toList();
    return section.add(
        Blocks.matrix("Wall time by stage", List.of("Stage", "Time", "Share"), rows));
  }

  private static void tile(Element facts, String name, String value) {
    facts.add(Element.of("div").add(Element.of("dt").text(name), Element.of("dd").text(value)));
  }
}
