package org.demur.directions;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.demur.core.Hashes;
import org.demur.data.store.RowLog;

/// Scores of finished candidates on disk, so that a selection that was stopped goes on where it
/// was.
///
/// Scores belong to a key, a text of everything that they depend on; rows of other keys stay in the
/// file and are not used.
///
/// **Ownership.** Whoever opens it closes it.
public final class SelectionJournal implements AutoCloseable {
  private static final int KEY_LENGTH = 16;

  private final RowLog log;
  private final String prefix;

  private SelectionJournal(RowLog log, String prefix) {
    this.log = log;
    this.prefix = prefix;
  }

  /// Opens a journal, and makes it where there is none.
  ///
  /// @param key model, directions, prompts, refusal tokens: whatever would change a score
  /// @throws org.demur.data.store.StoreException when it is damaged, in use or not writable
  public static SelectionJournal open(Path file, String key) {
    return new SelectionJournal(
        RowLog.open(file), Hashes.ofText(key).substring(0, KEY_LENGTH) + "/");
  }

  private String id(Candidate candidate) {
    return prefix + candidate.position() + "/" + candidate.layer();
  }

  /// The scores of a finished candidate.
  public Optional<CandidateScores> find(Candidate candidate) {
    return log.row(id(candidate))
        .map(
            row ->
                new CandidateScores(
                    number(row, "bypass"), number(row, "induce"), number(row, "kl")));
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /// Adds the scores of a candidate; they are on disk when this returns.
  public void keep(Candidate candidate, CandidateScores scores) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("position", (long) candidate.position());
    row.put("layer", (long) candidate.layer());
    row.put("bypass", scores.bypass());
    row.put("induce", scores.induce());
    row.put("kl", scores.kl());
    log.append(id(candidate), row);
  }

  @Override
  public void close() {
    log.close();
  }
}
