package org.demur.audit.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.demur.report.ComparisonReport.Difference;
import org.demur.report.Provenance;
import org.demur.report.Provenance.Artefact;
import org.demur.report.Provenance.DataSet;
import org.demur.report.RunSection;

/// What two runs were started with, as far as it differs.
final class RunDifferences {
  static final String MODEL = "model";
  static final String DATA = "data";
  static final String PROFILE = "profile";
  static final String SEED = "seed";
  static final String DTYPE = "dtype";
  static final String JUDGE = "judge";
  static final String VERSION = "version of ";

  private static final String NONE = "none";
  private static final int SHOWN_OF_HASH = 12;

  /// Options that have a row of their own, or say nothing about the numbers.
  private static final Set<String> COVERED =
      Set.of(
          "model",
          "adapter",
          "harmful",
          "harmless",
          "profile",
          "seed",
          "dtype",
          "threads",
          "device",
          "out",
          "json",
          "open",
          "resume",
          "cache");

  private final ComparedRun first;
  private final ComparedRun second;
  private final List<Difference> found = new ArrayList<>();

  private RunDifferences(ComparedRun first, ComparedRun second) {
    this.first = first;
    this.second = second;
  }

  /// The differences in the order of the report.
  static List<Difference> of(ComparedRun first, ComparedRun second) {
    RunDifferences differences = new RunDifferences(first, second);
    differences.collect();
    return List.copyOf(differences.found);
  }

  private void collect() {
    provenance(MODEL, made -> artefact(made.model()), made -> made.model().sha256());
    provenance(
        "adapter",
        made -> made.adapter().map(RunDifferences::artefact).orElse(NONE),
        made -> made.adapter().map(Artefact::sha256).orElse(""));
    text("template", made -> made.templateSha256().map(RunDifferences::shortened).orElse(NONE));
    provenance(DATA, RunDifferences::data, RunDifferences::dataHashes);
    run(PROFILE, RunSection::profile);
    run(SEED, run -> Long.toString(run.seed()));
    add(JUDGE, first.report().behaviour().judge().id(), second.report().behaviour().judge().id());
    text(DTYPE, made -> made.environment().dtype());
    text("device", made -> made.environment().device());
    text("threads", made -> Integer.toString(made.environment().threads()));
    text("machine", made -> made.environment().machine());
    maps(VERSION, versions(first), versions(second), Set.of());
    maps("option ", first.run().options(), second.run().options(), COVERED);
  }

  private static Map<String, String> versions(ComparedRun run) {
    return run.provenance().environment().versions();
  }

  /// Compares by content and shows names: the same weights may have been given by another name.
  private void provenance(
      String name, Function<Provenance, String> shown, Function<Provenance, String> content) {
    if (!content.apply(first.provenance()).equals(content.apply(second.provenance()))) {
      found.add(
          new Difference(name, shown.apply(first.provenance()), shown.apply(second.provenance())));
    }
  }

  private void text(String name, Function<Provenance, String> value) {
    provenance(name, value, value);
  }

  private void run(String name, Function<RunSection, String> value) {
    add(name, value.apply(first.run()), value.apply(second.run()));
  }

  private void add(String name, String one, String other) {
    if (!one.equals(other)) {
      found.add(new Difference(name, one, other));
    }
  }

  private void maps(
      String prefix, Map<String, String> one, Map<String, String> other, Set<String> without) {
    Set<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    names.removeAll(without);
    names.forEach(
        name -> add(prefix + name, one.getOrDefault(name, NONE), other.getOrDefault(name, NONE)));
  }

  private static String artefact(Artefact artefact) {
    return named(artefact.name(), artefact.sha256());
  }

  private static String data(Provenance made) {
    return made.dataSets().stream()
        .map(set -> named(set.name(), set.sha256()))
        .collect(Collectors.joining(", "));
  }

  private static String dataHashes(Provenance made) {
    return made.dataSets().stream().map(DataSet::sha256).collect(Collectors.joining(" "));
  }

  private static String named(String name, String hash) {
    return hash.isEmpty() ? name : "%s (%s)".formatted(name, shortened(hash));
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(SHOWN_OF_HASH, hash.length()));
  }
}
