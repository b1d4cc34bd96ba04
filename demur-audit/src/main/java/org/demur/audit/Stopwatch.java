package org.demur.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.demur.report.Costs;
import org.demur.tensor.Engine;

/// Wall time of the stages of an audit, and the most memory that was seen at their ends.
final class Stopwatch {
  private final List<Costs.Stage> stages = new ArrayList<>();
  private long peakBytes;

  <T> T time(String stage, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    stages.add(new Costs.Stage(stage, (System.nanoTime() - start) / 1e9));
    peakBytes = Math.max(peakBytes, Engine.residentBytes());
    return result;
  }

  List<Costs.Stage> stages() {
    return stages;
  }

  long peakBytes() {
    return peakBytes;
  }
}
