package org.demur.eval.linear;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;

/// L2-regularised logistic regression, solved by liblinear's trust region method.
///
/// Minimises `0.5 ||w||^2 + cost * sum log(1 + exp(-y w.x))` with `y` in {-1, +1}. The bias is a
/// constant feature 1 and penalised like the others, as in scikit-learn's liblinear solver. The
/// solver draws no random numbers, so equal rows give equal bits.
///
/// Source: Fan et al., LIBLINEAR, JMLR 2008.
public final class LogisticRegression {
  private static final double TOLERANCE = 1e-4;

  static {
    Linear.disableDebugOutput();
  }

  private LogisticRegression() {}

  /// Fits a score that is above 0 for positive rows.
  ///
  /// @param columns number of columns of the rows
  /// @param cost weight of the errors against the size of the weights, above 0
  /// @throws EvalException when the rows are all of one class
  public static LinearModel fit(
      List<SparseRow> rows, boolean[] positive, int columns, double cost) {
    requireBothClasses(positive);
    Problem problem = new Problem();
    problem.l = rows.size();
    problem.n = columns + 1;
    problem.x = new Feature[rows.size()][];
    problem.y = new double[rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      problem.x[row] = features(rows.get(row), columns);
      problem.y[row] = positive[row] ? 1 : -1;
    }
    Model model = Linear.train(problem, new Parameter(SolverType.L2R_LR, cost, TOLERANCE));
    // liblinear's weights point to whichever class it saw first.
    double sign = model.getLabels()[0] == 1 ? 1 : -1;
    double[] weights = new double[columns];
    for (int column = 0; column < columns; column++) {
      weights[column] = sign * model.getFeatureWeights()[column];
    }
    return new LinearModel(weights, sign * model.getFeatureWeights()[columns]);
  }

  private static Feature[] features(SparseRow row, int columns) {
    Feature[] features = new Feature[row.columns().length + 1];
    for (int index = 0; index < row.columns().length; index++) {
      features[index] = new FeatureNode(row.columns()[index] + 1, row.values()[index]);
    }
    features[row.columns().length] = new FeatureNode(columns + 1, 1);
    return features;
  }

  private static void requireBothClasses(boolean[] positive) {
    int count = 0;
    for (boolean label : positive) {
      count += label ? 1 : 0;
    }
    if (count == 0 || count == positive.length) {
      throw new EvalException(
          ErrorCode.FILE_FORMAT,
          "%d of %d training rows are of the positive class; rows of both classes are needed"
              .formatted(count, positive.length));
    }
  }
}
