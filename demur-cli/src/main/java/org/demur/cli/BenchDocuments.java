package org.demur.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.demur.bench.BenchOutputs;
import org.demur.bench.Figure;
import org.demur.bench.Machine;
import org.demur.bench.MachinePeaks;
import org.demur.bench.Measurement;
import org.demur.tensor.Engine;

/// The parts of the documents of `demur bench` and of its worker.
final class BenchDocuments {
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  private BenchDocuments() {}

  static Map<String, Object> machine(Machine machine) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("processor", machine.processor());
    map.put("instructions", machine.instructions());
    map.put("cores", machine.cores());
    map.put("threads", Engine.threads());
    machine.memoryBytes().ifPresent(bytes -> map.put("memoryBytes", bytes));
    return map;
  }

  static Map<String, Object> peaks(MachinePeaks peaks) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("dtype", peaks.type().label());
    map.put("gemmGflops", peaks.flopsPerSecond() / GIGA);
    map.put("memoryGbPerSecond", peaks.bytesPerSecond() / GIGA);
    return map;
  }

  static Map<String, Object> figure(Figure figure) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", figure.name());
    map.put("title", figure.title());
    map.put("dtype", figure.dtype());
    map.put("tokensPerSecond", figure.tokensPerSecond().median());
    map.put("p25", figure.tokensPerSecond().p25());
    map.put("p75", figure.tokensPerSecond().p75());
    map.put("runs", figure.tokensPerSecond().n());
    map.put("share", figure.share());
    map.put("limit", figure.limit().name().toLowerCase(Locale.ROOT));
    map.put("peakBytes", figure.peakBytes());
    return map;
  }

  /// The answer of a worker to one request.
  static Map<String, Object> measurement(Measurement measurement, String dtype) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("case", measurement.request().kind().label());
    map.put("dtype", dtype);
    map.put("seconds", measurement.seconds());
    map.put("tokens", measurement.tokens());
    map.put("flops", measurement.work().flops());
    map.put("bytes", measurement.work().bytes());
    map.put("rssMb", measurement.peakBytes() / MEGA);
    if (measurement.request().check()) {
      map.put("check", check(measurement.outputs()));
    }
    return map;
  }

  private static Map<String, Object> check(BenchOutputs outputs) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (!outputs.residuals().isEmpty()) {
      map.put("residuals", outputs.residuals());
    }
    if (outputs.logits().length > 0) {
      map.put("logits", outputs.logits());
    }
    outputs.loss().ifPresent(loss -> map.put("loss", loss));
    if (!outputs.greedy().isEmpty()) {
      map.put("greedy", List.copyOf(outputs.greedy()));
    }
    return map;
  }
}
