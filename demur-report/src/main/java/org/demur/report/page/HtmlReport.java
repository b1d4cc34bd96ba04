package org.demur.report.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.demur.core.AtomicFiles;
import org.demur.report.AuditReport;
import org.demur.report.Provenance;
import org.demur.report.RunSection;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Renders an audit as one self-contained page.
public final class HtmlReport {
  private static final List<Document.Link> LINKS =
      List.of(
          new Document.Link("belief", "Belief and behaviour"),
          new Document.Link("replies-by-class", "Replies"),
          new Document.Link("directions", "Directions"),
          new Document.Link("guard", "Guard"),
          new Document.Link("pca", "Geometry"),
          new Document.Link("categories", "Categories"),
          new Document.Link("tokens", "Tokens"),
          new Document.Link("fragility", "Fragility"),
          new Document.Link("samples", "Samples"),
          new Document.Link("costs", "Costs"),
          new Document.Link("limits", "Limits"),
          new Document.Link("provenance", "Provenance"));

  private HtmlReport() {}

  /// The page of a report: a whole HTML document under 3 MB.
  public static String render(AuditReport report, RenderOptions options) {
    List<Element> sections = new ArrayList<>();
    sections.add(VerdictBlock.draw(report.verdict(), report.warnings()));
    sections.add(BeliefBlock.draw(report.belief()));
    sections.add(BehaviourBlock.draw(report.behaviour()));
    sections.add(DirectionsBlock.draw(report.directions()));
    sections.add(GuardBlock.draw(report.guard()));
    sections.add(PcaBlock.draw(report.pca()));
    sections.add(CategoriesBlock.draw(report.guard().categories()));
    sections.add(TokensBlock.draw(report.tokens()));
    sections.add(FragilityBlock.draw(report.fragility()));
    sections.add(SamplesBlock.draw(report.replies(), options));
    sections.add(CostsBlock.draw(report.run().costs()));
    sections.add(LimitsBlock.draw(report.limits()));
    sections.add(ProvenanceBlock.draw(report.run()));
    String title = "Demur audit: " + name(report.run());
    return Document.render(title, header(report.run()), LINKS, sections);
  }

  /// Writes the page to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(AuditReport report, RenderOptions options, Path file) {
    AtomicFiles.writeText(file, render(report, options));
  }

  private static String name(RunSection run) {
    Provenance provenance = run.provenance();
    return provenance.model().name()
        + provenance.adapter().map(adapter -> " + " + adapter.name()).orElse("");
  }

  private static Element header(RunSection run) {
    Provenance provenance = run.provenance();
    Element name = Element.of("h1").text(provenance.model().name());
    provenance
        .adapter()
        .ifPresent(
            adapter ->
                name.text(" ").add(Element.of("span", "adapter").text("+ " + adapter.name())));
    String facts =
        "%s · %s profile · %s prompts · seed %d · %s"
            .formatted(
                Values.time(run.created()),
                run.profile(),
                Numbers.count(run.costs().prompts()),
                run.seed(),
                Numbers.duration(run.costs().seconds()));
    return Element.of("header")
        .add(
            Element.of("p", "eyebrow").text("Demur audit"),
            name,
            Element.of("p", "facts").text(facts));
  }
}
