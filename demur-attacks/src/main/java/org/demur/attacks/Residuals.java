package org.demur.attacks;

import java.util.List;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.model.Prompt;

/// Residual streams of prompts at the last tokens of their templates.
///
/// **Shapes.** One [ResidualRow] `[spot, row, dModel]` per prompt; row l is what enters block l.
final class Residuals {
  private final ResidualRow[] rows;

  private Residuals(ResidualRow... rows) {
    this.rows = rows;
  }

  /// Runs the prompts.
  ///
  /// @param spots tokens that are read, counted from the end
  static Residuals of(Victim victim, List<Prompt> prompts, int spots) {
    ResidualRow[] rows = new ResidualRow[prompts.size()];
    new ResidualReader(victim.model())
        .read(prompts, Spots.postInstruction(spots), (index, row, logits) -> rows[index] = row);
    return new Residuals(rows);
  }

  int count() {
    return rows.length;
  }

  /// The stream of one prompt, `[dModel]`.
  ///
  /// @param position from the end, -1 for the last token
  double[] at(int prompt, int position, int layer) {
    ResidualRow row = rows[prompt];
    int from = row.offset(row.spots() + position, layer);
    double[] vector = new double[row.dModel()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = row.values()[from + i];
    }
    return vector;
  }

  /// Mean over prompts, summed in double precision, `[dModel]`.
  double[] mean(int position, int layer) {
    double[] mean = new double[rows[0].dModel()];
    for (int prompt = 0; prompt < rows.length; prompt++) {
      double[] vector = at(prompt, position, layer);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i] / rows.length;
      }
    }
    return mean;
  }
}
