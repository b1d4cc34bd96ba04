package org.demur.report.page;

import java.util.Map;
import java.util.stream.Collectors;
import org.demur.report.Provenance;
import org.demur.report.Provenance.Artefact;
import org.demur.report.Provenance.DataSet;
import org.demur.report.Provenance.Environment;
import org.demur.report.RunSection;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;

/// From what the report was made, so that it can be made again.
final class ProvenanceBlock {
  private ProvenanceBlock() {}

  static Element draw(RunSection run) {
    Provenance provenance = run.provenance();
    Element facts = Element.of("dl", "facts-list wide");
    fact(facts, "run", Blocks.code(run.id()));
    fact(facts, "command", Blocks.code(run.commandLine()));
    run.resumedFrom().ifPresent(id -> fact(facts, "resumed from", Blocks.code(id)));
    fact(facts, "options", Blocks.text(joined(run.options())));
    fact(facts, "model", artefact(provenance.model()));
    provenance.adapter().ifPresent(adapter -> fact(facts, "adapter", artefact(adapter)));
    fact(
        facts,
        "chat template",
        provenance
            .templateSha256()
            .<Node>map(Blocks::code)
            .orElse(Blocks.text("none: plain prompts")));
    provenance.dataSets().forEach(data -> fact(facts, "data", data(data)));
    environment(facts, provenance.environment());
    fact(
        facts,
        "parity certificate",
        provenance.certificateId().<Node>map(Blocks::code).orElse(Blocks.text("none")));
    return Blocks.section(
            "provenance",
            "Provenance",
            "On the same machine the same command and seed give the same report, bit for bit.")
        .add(facts);
  }

  private static void environment(Element facts, Environment environment) {
    fact(
        facts,
        "numbers",
        Blocks.text(
            "%s on %s, %d threads"
                .formatted(environment.dtype(), environment.device(), environment.threads())));
    fact(facts, "machine", Blocks.text(environment.machine()));
    fact(facts, "versions", Blocks.text(joined(environment.versions())));
  }

  private static Node artefact(Artefact artefact) {
    return Element.of("span")
        .text(artefact.name() + " ")
        .add(Blocks.code(artefact.path()))
        .text(" sha256 ")
        .add(Blocks.code(artefact.sha256()));
  }

  private static Node data(DataSet data) {
    return Element.of("span")
        .text(data.name() + " (" + joined(data.counts()) + ") sha256 ")
        .add(Blocks.code(data.sha256()));
  }

  private static String joined(Map<String, ?> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static void fact(Element facts, String name, Node value) {
    facts.add(Element.of("dt").text(name), Element.of("dd").add(value));
  }
}
