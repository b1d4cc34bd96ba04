package org.demur.audit;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.RunFolder;
import org.demur.directions.DirectionFile;
import org.demur.directions.DirectionFileJson;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardFileJson;
import org.demur.guard.GuardSettings;

/// Writes what a run leaves beside its report: `results.parquet`, the guard and the directions.
final class Artefacts {
  private final AuditRequest request;
  private final Measurements found;

  Artefacts(AuditRequest request, Measurements found) {
    this.request = request;
    this.found = found;
  }

  void write(RunFolder folder) {
    ParquetRows.write(
        folder.file("results.parquet"),
        ResultRows.COLUMNS,
        ResultRows.of(found.test(), found.replies(), found.calibration().threshold()));
    GuardFileJson.write(
        new GuardFile(
            found.train().harmfulness(),
            GuardSettings.PUBLISHED.withThreshold(found.calibration().threshold()),
            Optional.of(found.calibration()),
            facts()),
        folder.file("guard.safetensors"));
    DirectionFileJson.write(directions(), folder.file("directions.safetensors"));
  }

  private SequencedMap<String, Object> facts() {
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("prompts", request.prompts().name());
    facts.put("promptsSha256", request.prompts().sha256());
    facts.put("seed", request.settings().seed());
    return facts;
  }

  private DirectionFile directions() {
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put("refusal", DirectionFile.Vectors.of(found.chosen().vector()));
    vectors.put(
        "harmfulness",
        DirectionFile.Vectors.perRow(
            request.subject().fingerprint().nLayers() + 1,
            found.train().harmfulness().direction().rowsOf(0)));
    SequencedMap<String, Object> facts = facts();
    facts.put("refusalPosition", (long) found.chosen().position());
    facts.put("refusalLayer", (long) found.chosen().layer());
    facts.put("refusalTokens", found.tokens().ids());
    return new DirectionFile(request.subject().fingerprint(), vectors, facts);
  }
}
