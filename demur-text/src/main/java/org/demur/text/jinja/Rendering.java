package org.demur.text.jinja;

import java.time.LocalDateTime;

/// One rendering of a template: what its functions and filters need.
final class Rendering {
  private final Budget budget;
  private final LocalDateTime now;
  private final Interpreter interpreter;

  Rendering(ScopePlan plan, Budget budget, LocalDateTime now) {
    this.budget = budget;
    this.now = now;
    this.interpreter = new Interpreter(this, plan);
  }

  Budget budget() {
    return budget;
  }

  LocalDateTime now() {
    return now;
  }

  Interpreter interpreter() {
    return interpreter;
  }
}
