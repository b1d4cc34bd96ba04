package org.demur.harden;

/// Is told what a run does.
@FunctionalInterface
public interface HardeningProgress {
  /// A stage and how much of it is done.
  void at(String stage, int done, int total);
}
