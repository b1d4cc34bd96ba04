package org.demur.text.jinja;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A template that is parsed and checked; immutable.
public final class Program {
  /// The longest source that is parsed.
  public static final int MAX_SOURCE_CHARS = 1 << 20;

  private final List<Stmt> statements;
  private final ScopePlan plan;

  private Program(List<Stmt> statements, ScopePlan plan) {
    this.statements = statements;
    this.plan = plan;
  }

  /// Parses a template.
  ///
  /// @throws JinjaException when it is too long, nests too deeply, or is malformed
  public static Program parse(String source) {
    if (source.length() > MAX_SOURCE_CHARS) {
      throw JinjaException.limit(
          "the template has %,d characters, more than %,d"
              .formatted(source.length(), MAX_SOURCE_CHARS));
    }
    try {
      List<Stmt> statements = StatementParser.parse(source);
      return new Program(statements, ScopePlanner.plan(statements));
    } catch (StackOverflowError overflow) {
      throw tooDeep();
    }
  }

  /// Renders the template.
  ///
  /// @param variables JSON-like values
  /// @param now the moment that `strftime_now` formats
  /// @throws JinjaException when the template fails, protests or exceeds a bound
  public String render(
      Map<String, ? extends @Nullable Object> variables, LocalDateTime now, Bounds bounds) {
    Budget budget = new Budget(bounds);
    Rendering rendering = new Rendering(plan, budget, now);
    Map<String, Value> given = new HashMap<>(Globals.all());
    try {
      given.putAll(new VariableReader(budget).read(variables));
      Scope scope = Scope.outermost(plan.root(), new Variables(given), budget);
      Output output = new Output(budget);
      rendering.interpreter().run(statements, scope, output);
      return output.text();
    } catch (StackOverflowError overflow) {
      // The bound on nesting comes first on a thread with a stack of usual size.
      throw tooDeep();
    }
  }

  private static JinjaException tooDeep() {
    return JinjaException.recursion("the template nests too deeply for the stack of this thread");
  }
}
