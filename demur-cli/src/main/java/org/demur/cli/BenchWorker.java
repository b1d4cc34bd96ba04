package org.demur.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.demur.bench.BenchCase;
import org.demur.bench.BenchRequest;
import org.demur.bench.Benchmarks;
import org.demur.bench.Machine;
import org.demur.bench.MachinePeaks;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.jspecify.annotations.Nullable;

/// Answers requests of another program, so that it can alternate between this one and others.
///
/// Each line of standard input is a JSON object: `{"case": "extract", "batch": 8, "tokens": 128,
/// "dtype": "fp32", "warmups": 0, "repeats": 1, "newTokens": 1, "layer": 14, "check": false}`, of
/// which only `case` is needed; or `{"case": "peaks", "dtype": "fp32"}`. Each is answered by one
/// line, `{"seconds": [...], "tokens": ..., "rssMb": ...}` or `{"error": {...}}`. The end of the
/// input ends the worker. One model is held at a time, so that its memory can be seen.
final class BenchWorker {
  private static final Set<String> KNOWN =
      Set.of(
          "case", "batch", "tokens", "newTokens", "dtype", "layer", "warmups", "repeats", "check");
  private static final String PEAKS = "peaks";

  private final Context context;
  private final Function<DType, LoadedModel> loader;
  private final List<DType> types;
  private @Nullable LoadedModel loaded;

  BenchWorker(Context context, Function<DType, LoadedModel> loader, List<DType> types) {
    this.context = context;
    this.loader = loader;
    this.types = types;
  }

  /// Answers until there are no more requests.
  int run() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(context.console().input(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          context.console().json(answer(line));
        }
      }
      return ExitCodes.FINE;
    } catch (IOException e) {
      throw new CliException(ErrorCode.IO, "cannot read standard input: " + e.getMessage(), e);
    } finally {
      close();
    }
  }

  private void close() {
    if (loaded != null) {
      loaded.close();
      loaded = null;
    }
  }

  private Map<String, Object> answer(String line) {
    try {
      if (!(InputJson.value("the request", line) instanceof Map<?, ?> parsed)) {
        throw new CliException(ErrorCode.JSON_FORMAT, "a request must be a JSON object");
      }
      return answer(InputJson.asObject(parsed));
    } catch (DemurException e) {
      return DocumentJson.error(e.code().name(), String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> answer(Map<String, Object> request) {
    for (String key : request.keySet()) {
      if (!KNOWN.contains(key)) {
        throw new CliException(
            ErrorCode.JSON_FORMAT,
            "unknown field \"%s\" in a request; known: %s"
                .formatted(key, String.join(", ", KNOWN.stream().sorted().toList())));
      }
    }
    DType type = type(request);
    if (PEAKS.equals(request.get("case"))) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("peaks", BenchDocuments.peaks(MachinePeaks.measure(type, Device.CPU)));
      map.put("machine", BenchDocuments.machine(Machine.here()));
      map.put("versions", Provenance.versions(context.environment()));
      return map;
    }
    BenchRequest wanted = request(request);
    LoadedModel model = model(type);
    return BenchDocuments.measurement(
        new Benchmarks(model.model(), model.endOfSequence()).measure(wanted), model.dtype());
  }

  private LoadedModel model(DType type) {
    LoadedModel held = loaded;
    if (held != null && held.model().type() == type) {
      return held;
    }
    close();
    LoadedModel fresh = loader.apply(type);
    loaded = fresh;
    return fresh;
  }

  private DType type(Map<String, Object> request) {
    Object label = request.get("dtype");
    if (label == null) {
      return types.getFirst();
    }
    return types.stream()
        .filter(type -> type.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    ErrorCode.JSON_FORMAT,
                    "unknown dtype %s; this worker has %s"
                        .formatted(label, types.stream().map(DType::label).toList())));
  }

  private static BenchRequest request(Map<String, Object> request) {
    if (!(request.get("case") instanceof String name)) {
      throw new CliException(ErrorCode.JSON_FORMAT, "a request needs a \"case\"");
    }
    return new BenchRequest(
        BenchCase.ofLabel(name),
        count(request, "batch", 1),
        count(request, "tokens", 32),
        count(request, "newTokens", 1),
        request.containsKey("layer")
            ? OptionalInt.of(count(request, "layer", 0))
            : OptionalInt.empty(),
        count(request, "warmups", 0),
        count(request, "repeats", 1),
        Boolean.TRUE.equals(request.get("check")));
  }

  private static int count(Map<String, Object> request, String key, int otherwise) {
    Object value = request.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer number) {
      return number;
    }
    throw new CliException(
        ErrorCode.JSON_FORMAT, "\"%s\" in a request must be a whole number".formatted(key));
  }
}
