package org.demur.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.model.source.CachedModel;
import org.demur.model.source.ModelSources;
import org.demur.model.source.RegisteredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lists the registered models and what the cache holds.
@Command(
    name = "list",
    description = "List the registered models and what the cache holds.",
    footer = {"", "Example:", "  demur model list --json"})
final class ModelListCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  ModelListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ModelSources sources = source.sources(context.environment());
    List<RegisteredModel> registered = sources.registry();
    List<CachedModel> cached = sources.cached();
    if (json) {
      context.console().json(document(registered, cached));
      return ExitCodes.FINE;
    }
    Table table = new Table("name", "size", "license", "where");
    for (RegisteredModel model : registered) {
      boolean here = cached.stream().anyMatch(entry -> isOf(entry, model.name()));
      table.row(
          model.name(),
          Sizes.ofBytes(model.bytes()),
          model.license(),
          here ? "in the cache" : "not fetched; " + model.description());
    }
    cached.stream()
        .filter(entry -> registered.stream().noneMatch(model -> isOf(entry, model.name())))
        .forEach(
            entry ->
                table.row(
                    entry.name(),
                    Sizes.ofBytes(entry.bytes()),
                    entry.license().orElse("not stated"),
                    entry.intact() ? "in the cache" : "damaged; pull it again"));
    table.print(context.console());
    return ExitCodes.FINE;
  }

  private static boolean isOf(CachedModel entry, String name) {
    return entry.intact() && entry.name().equals(name);
  }

  private static Map<String, Object> document(
      List<RegisteredModel> registered, List<CachedModel> cached) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("registered", registered.stream().map(ModelListCommand::row).toList());
    document.put("cached", cached.stream().map(ModelListCommand::row).toList());
    return document;
  }

  private static Map<String, Object> row(RegisteredModel model) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", model.name());
    row.put("description", model.description());
    row.put("license", model.license());
    row.put("bytes", model.bytes());
    row.put("sha256", model.sha256());
    return row;
  }

  private static Map<String, Object> row(CachedModel model) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", model.name());
    row.put("source", model.source());
    row.put("revision", model.revision());
    row.put("license", model.license());
    row.put("path", model.path().toString());
    row.put("bytes", model.bytes());
    row.put("intact", model.intact());
    return row;
  }
}
