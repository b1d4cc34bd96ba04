package org.demur.eval.judge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;

/// Reads and writes the table of weights: on each line a feature, a tab, and its weight.
///
/// Lines that start with `//` are comments; the feature `#bias` is the bias.
public final class JudgeWeightsIo {
  /// Most weights that a table may have, flags and bias included.
  public static final int MAX_WEIGHTS = 2_000;

  private static final String BIAS = "#bias";
  private static final String RESOURCE = "weights.tsv";
  private static final int MAX_LINES = 10_000;

  private JudgeWeightsIo() {}

  /// The table that comes with this module.
  public static JudgeWeights shipped() {
    try (InputStream in = JudgeWeightsIo.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the module was built without " + RESOURCE);
      }
      return read(RESOURCE, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A table in a file.
  ///
  /// @throws EvalException when a line is malformed, naming it, or the file cannot be read
  public static JudgeWeights read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    } catch (IOException e) {
      throw new EvalException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Writes a table with a comment that says where it comes from.
  public static void write(Path file, JudgeWeights weights, String comment) {
    StringBuilder text = new StringBuilder();
    comment.lines().forEach(line -> text.append("// ").append(line).append('\n'));
    AtomicFiles.writeText(file, text.append(lines(weights)).toString());
  }

  /// The lines of a table, without comments, sorted by feature.
  static String lines(JudgeWeights weights) {
    StringBuilder text = new StringBuilder();
    text.append(line(BIAS, weights.bias()));
    weights.weights().forEach((feature, weight) -> text.append(line(feature, weight)));
    return text.toString();
  }

  private static String line(String feature, double weight) {
    return feature + "\t" + String.format(Locale.ROOT, "%.4f", weight) + "\n";
  }

  private static JudgeWeights read(String place, InputStream in) throws IOException {
    Map<String, Double> weights = new HashMap<>();
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String line = reader.readLine();
    for (int number = 1; line != null; number++, line = reader.readLine()) {
      if (number > MAX_LINES) {
        throw malformed(place, number, "more than " + MAX_LINES + " lines");
      }
      if (!line.isBlank() && !line.startsWith("//")) {
        add(place, number, line, weights);
      }
    }
    Double bias = weights.remove(BIAS);
    if (bias == null) {
      throw new EvalException(ErrorCode.FILE_FORMAT, place + ": there is no line \"#bias\"");
    }
    return new JudgeWeights(bias, weights);
  }

  private static void add(String place, int number, String line, Map<String, Double> weights) {
    int tab = line.indexOf('\t');
    if (tab <= 0) {
      throw malformed(place, number, "a feature, a tab and a number are needed");
    }
    double weight;
    try {
      weight = Double.parseDouble(line.substring(tab + 1));
    } catch (NumberFormatException e) {
      throw malformed(place, number, "\"" + line.substring(tab + 1) + "\" is no number");
    }
    if (!Double.isFinite(weight)) {
      throw malformed(place, number, "the weight is not finite");
    }
    if (weights.put(line.substring(0, tab), weight) != null) {
      throw malformed(place, number, "the feature is there twice");
    }
  }

  private static EvalException malformed(String place, int line, String what) {
    return new EvalException(ErrorCode.FILE_FORMAT, "%s, line %d: %s".formatted(place, line, what));
  }
}
