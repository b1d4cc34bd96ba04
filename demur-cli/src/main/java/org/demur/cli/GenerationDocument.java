package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.demur.model.generation.Generated.Answer;
import org.demur.model.intervention.Receipt;
import org.jspecify.annotations.Nullable;

/// The document of `demur generate --json`.
final class GenerationDocument {
  private GenerationDocument() {}

  /// The document as maps and lists.
  static Map<String, Object> of(
      LoadedModel loaded, List<GenerationRun.Group> groups, long seed, Provenance provenance) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("model", loaded.location().name());
    document.put("dtype", loaded.dtype());
    document.put("adapter", adapter(loaded.adapters()));
    List<Map<String, @Nullable Object>> prompts = new ArrayList<>();
    List<Map<String, Object>> answers = new ArrayList<>();
    List<Map<String, @Nullable Object>> receipts = new ArrayList<>();
    for (GenerationRun.Group group : groups) {
      int first = answers.size();
      for (int row = 0; row < group.rows().size(); row++) {
        prompts.add(prompt(group.rows().get(row)));
        answers.add(answer(group.rows().get(row).id(), group.generated().rows().get(row)));
      }
      List<Integer> rows = List.of(first, answers.size() - 1);
      group.generated().receipts().forEach(receipt -> receipts.add(receipt(receipt, rows)));
    }
    document.put("prompts", prompts);
    document.put("answers", answers);
    document.put("receipts", receipts);
    document.put("usage", GenerationRun.usage(groups));
    document.put("provenance", provenance(provenance, seed));
    return document;
  }

  private static @Nullable Object adapter(List<Path> adapters) {
    List<String> names = adapters.stream().map(Path::toString).toList();
    return names.size() > 1 ? names : names.stream().findFirst().orElse(null);
  }

  private static Map<String, @Nullable Object> prompt(PromptRow row) {
    Map<String, @Nullable Object> prompt = new LinkedHashMap<>();
    prompt.put("id", row.id());
    prompt.put("tokens", row.prompt().length());
    prompt.put("tInst", row.prompt().tInst() < 0 ? null : row.prompt().tInst());
    return prompt;
  }

  private static Map<String, Object> answer(String id, Answer answer) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("ids", answer.ids());
    map.put("text", answer.text());
    map.put("finishReason", answer.finishReason().name().toLowerCase(Locale.ROOT));
    if (!answer.logProbabilities().isEmpty()) {
      map.put("logProbabilities", answer.logProbabilities());
    }
    return map;
  }

  private static Map<String, @Nullable Object> receipt(Receipt receipt, List<Integer> rows) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("intervention", receipt.intervention());
    map.put("index", receipt.index());
    map.put("hookPoint", receipt.hookPoint().toString());
    map.put("rows", rows);
    map.put("calls", receipt.calls());
    map.put("tokens", receipt.tokens());
    map.put("meanRelativeChange", receipt.meanRelativeChange());
    map.put("meanProjectionBefore", receipt.meanProjectionBefore().orElse(null));
    map.put("meanProjectionAfter", receipt.meanProjectionAfter().orElse(null));
    return map;
  }

  private static Map<String, @Nullable Object> provenance(Provenance provenance, long seed) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("modelHash", provenance.modelHash());
    map.put("adapterHash", provenance.adapterHash().orElse(null));
    map.put("certificate", provenance.certificate().map(Path::toString).orElse(null));
    map.put("seed", seed);
    map.put("versions", provenance.versions());
    map.put("machine", provenance.machine());
    return map;
  }

  /// Receipts in short, one line per intervention: how many hook points and tokens it touched.
  static Optional<String> summary(List<GenerationRun.Group> groups) {
    Map<String, ReceiptSum> sums = new LinkedHashMap<>();
    for (GenerationRun.Group group : groups) {
      for (Receipt receipt : group.generated().receipts()) {
        String key = receipt.index() + " " + receipt.intervention();
        sums.computeIfAbsent(key, _ -> new ReceiptSum()).add(receipt);
      }
    }
    List<String> lines = new ArrayList<>();
    sums.forEach((key, sum) -> lines.add("edit " + key + ": " + sum.line()));
    return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
  }
}
