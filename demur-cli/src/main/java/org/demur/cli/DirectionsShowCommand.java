package org.demur.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.DirectionSummary;
import org.demur.directions.StoredDirections;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows what a file of directions holds.
@Command(
    name = "show",
    description = {
      "Show what a file of directions holds: norms, massive coordinates, cosines.",
      "top 3 is the share of the squared length in the three largest coordinates: near 1 where"
          + " massive activations make up the direction."
    },
    footer = {
      "",
      "Examples:",
      "  demur directions show directions.safetensors",
      "  demur directions show demur-runs/my-run --json"
    })
final class DirectionsShowCommand implements Callable<Integer> {
  private static final String FILE_OF_RUN = "directions.safetensors";

  private final Context context;

  @Parameters(paramLabel = "FILE|RUN", description = "A file of directions, or an audit's folder.")
  private Path source = Path.of("");

  @Option(
      names = "--layer",
      paramLabel = "N",
      description = "Layer at which categories are compared (default: the middle one).")
  private @Nullable Integer layer;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  DirectionsShowCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path file = Files.isDirectory(source) ? source.resolve(FILE_OF_RUN) : source;
    StoredDirections stored = StoredDirections.read(file);
    int nLayers = stored.file().fingerprint().nLayers();
    int row = layer == null ? nLayers / 2 : layer;
    if (row < 0 || row > nLayers) {
      throw CliException.usage("--layer %d is outside of 0 to %d".formatted(row, nLayers));
    }
    DirectionSummary summary = DirectionSummary.of(stored, row);
    if (json) {
      context.console().json(document(stored, summary));
    } else {
      print(stored, summary);
    }
    return ExitCodes.FINE;
  }

  private static Map<String, @Nullable Object> document(
      StoredDirections stored, DirectionSummary summary) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("file", stored.path().toString());
    document.put("model", DirectionFileJson.toMap(stored.file().fingerprint()));
    document.put("facts", stored.file().facts());
    List<Map<String, Object>> vectors = new ArrayList<>();
    for (DirectionSummary.Figures figures : summary.vectors()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", figures.name());
      map.put("shape", figures.shape());
      map.put("norms", Numbers.json(figures.norms()));
      map.put("top3Share", Numbers.json(figures.topShares()));
      vectors.add(map);
    }
    document.put("vectors", vectors);
    document.put(
        "harmfulnessRefusalCosine",
        summary
            .cosines()
            .map(
                found -> Map.of("refusal", found.refusal(), "byLayer", Numbers.json(found.byRow())))
            .orElse(null));
    document.put("categories", summary.categories().map(DirectionsShowCommand::map).orElse(null));
    return document;
  }

  private static Map<String, @Nullable Object> map(DirectionSummary.Categories categories) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("layer", categories.row());
    map.put("names", categories.names());
    map.put("cosines", categories.matrix().stream().map(Numbers::json).toList());
    map.put("mean", Numbers.json(categories.mean()));
    return map;
  }

  private void print(StoredDirections stored, DirectionSummary summary) {
    Console console = context.console();
    console.line(
        "%s: model %s, %d layers, width %d"
            .formatted(
                stored.path(),
                stored.file().fingerprint().modelHash(),
                stored.file().fingerprint().nLayers(),
                stored.file().fingerprint().dModel()));
    facts(stored).forEach(console::line);
    console.line("");
    Table table = new Table("direction", "shape", "norm", "top 3");
    for (DirectionSummary.Figures figures : summary.vectors()) {
      table.row(
          figures.name(),
          figures.shape().toString(),
          range(figures.norms(), 2),
          range(figures.topShares(), 2));
    }
    table.print(console);
    if (summary.cosines().isPresent() || perLayer(summary).size() > 0) {
      console.line("");
      layers(summary).print(console);
    }
    if (summary.categories().isPresent()) {
      console.line("");
      categories(summary.categories().get(), console);
    }
  }

  /// The facts that are short enough for a line.
  private static List<String> facts(StoredDirections stored) {
    List<String> lines = new ArrayList<>();
    stored
        .file()
        .facts()
        .forEach(
            (name, value) -> {
              if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                lines.add("  " + name + ": " + value);
              }
            });
    return lines;
  }

  private static String range(List<Double> values, int decimals) {
    String first = Numbers.fixed(values.getFirst(), decimals);
    return values.size() == 1 ? first : first + " to " + Numbers.fixed(values.getLast(), decimals);
  }

  /// The directions that the table by layer has columns for.
  private static List<DirectionSummary.Figures> perLayer(DirectionSummary summary) {
    return summary.vectors().stream()
        .filter(one -> one.norms().size() > 1)
        .filter(
            one ->
                one.name().equals(StoredDirections.HARMFULNESS)
                    || one.name().equals(StoredDirections.LAST))
        .toList();
  }

  private static Table layers(DirectionSummary summary) {
    List<DirectionSummary.Figures> shown = perLayer(summary);
    List<String> headings = new ArrayList<>(List.of("layer"));
    shown.forEach(
        one -> {
          headings.add("norm " + one.name());
          headings.add("top 3");
        });
    summary.cosines().ifPresent(found -> headings.add("cosine with " + found.refusal()));
    Table table = new Table(headings.toArray(String[]::new));
    int rows =
        summary
            .cosines()
            .map(found -> found.byRow().size())
            .orElseGet(() -> shown.getFirst().norms().size());
    for (int row = 0; row < rows; row++) {
      List<String> cells = new ArrayList<>(List.of(Integer.toString(row)));
      for (DirectionSummary.Figures one : shown) {
        cells.add(Numbers.fixed(one.norms().get(row), 2));
        cells.add(Numbers.fixed(one.topShares().get(row), 2));
      }
      int at = row;
      summary.cosines().ifPresent(found -> cells.add(Numbers.fixed(found.byRow().get(at), 3)));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static void categories(DirectionSummary.Categories categories, Console console) {
    console.line(
        "categories at layer %d, mean cosine %s"
            .formatted(categories.row(), Numbers.fixed(categories.mean(), 2)));
    List<String> headings = new ArrayList<>(List.of(""));
    for (int i = 0; i < categories.names().size(); i++) {
      headings.add(Integer.toString(i + 1));
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (int i = 0; i < categories.names().size(); i++) {
      List<String> cells = new ArrayList<>(List.of((i + 1) + " " + categories.names().get(i)));
      categories.matrix().get(i).forEach(value -> cells.add(Numbers.fixed(value, 2)));
      table.row(cells.toArray(String[]::new));
    }
    table.print(console);
  }
}
