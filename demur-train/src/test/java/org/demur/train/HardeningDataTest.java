package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.demur.data.store.ParquetRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardeningDataTest {
  @TempDir private Path folder;

  @Test
  void thereAreAtLeastFortyDifferentRefusalsAndSomeOfferAnAlternative() {
    List<String> refusals = Refusals.builtIn();
    assertThat(refusals).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
    assertThat(refusals).allMatch(text -> text.length() < 130 && text.equals(text.strip()));
    assertThat(refusals.stream().filter(text -> text.contains("instead"))).hasSizeGreaterThan(2);
    assertThat(new HashSet<>(refusals.stream().map(text -> text.substring(0, 9)).toList()))
        .as("beginnings")
        .hasSizeGreaterThan(12);
  }

  @Test
  void stepsAreKeptOnceAndComeBackFromTheParquetFile() {
    List<StepReport> reports = new ArrayList<>();
    TinyTraining.trained(TinyTraining.refat(3), folder, reports::add);
    Path journal = folder.resolve("metrics.jsonl");
    try (TrainingMetrics metrics = new TrainingMetrics(journal)) {
      metrics.add(reports.get(0));
      metrics.add(reports.get(1));
    }
    try (TrainingMetrics metrics = new TrainingMetrics(journal)) {
      reports.forEach(metrics::add);
      metrics.write(folder.resolve("metrics.parquet"));
    }
    ParquetRows read = ParquetRows.read(folder.resolve("metrics.parquet"));
    assertThat(read.rows()).hasSize(3);
    assertThat(read.rows().get(2))
        .containsEntry("step", 3L)
        .containsEntry("loss", reports.get(2).loss().total())
        .containsEntry("backward_passes", 1L);
  }
}
