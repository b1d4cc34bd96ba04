package org.demur.text.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Runs `for` loops.
final class LoopRunner {
  private final Interpreter interpreter;
  private final Budget budget;
  private final Evaluator evaluator;

  LoopRunner(Interpreter interpreter, Budget budget, Evaluator evaluator) {
    this.interpreter = interpreter;
    this.budget = budget;
    this.evaluator = evaluator;
  }

  Interpreter.Signal run(Stmt.For loop, ScopePlan.Loop scopes, Scope scope, Output output) {
    Value iterable = evaluator.evaluate(loop.iterable(), scope);
    if (!loop.recursive()) {
      return run(loop, scopes, scope, iterable, output, null, 0);
    }
    output.append(recurse(loop, scopes, scope, iterable, 0));
    return Interpreter.Signal.NEXT;
  }

  private String recurse(
      Stmt.For loop, ScopePlan.Loop scopes, Scope scope, Value iterable, int depth) {
    budget.enter();
    try {
      Output output = new Output(budget);
      LoopValue.Recursion recursion =
          (inner, innerDepth) -> recurse(loop, scopes, scope, inner, innerDepth);
      run(loop, scopes, scope, iterable, output, recursion, depth);
      return output.text();
    } finally {
      budget.exit();
    }
  }

  private Interpreter.Signal run(
      Stmt.For loop,
      ScopePlan.Loop scopes,
      Scope scope,
      Value iterable,
      Output output,
      LoopValue.@Nullable Recursion recursion,
      int depth) {
    Iterator<Value> elements = Iteration.iterator(budget, iterable);
    Value source = iterable;
    if (loop.test() != null) {
      elements = new Filtered(loop, loop.test(), scopes, scope, elements);
      source = IteratorValue.generator("loop filter", elements);
    }
    LoopValue state = new LoopValue(budget, source, elements, recursion, depth);
    boolean completed = false;
    while (state.advance()) {
      Scope inner = scope.inner(scopes.body());
      interpreter.assign(loop.target(), state.current(), inner);
      if (scopes.hasLoop()) {
        inner.setParameter("loop", state);
      }
      Interpreter.Signal signal = interpreter.run(loop.body(), inner, output);
      if (signal == Interpreter.Signal.BREAK) {
        break;
      }
      // As in jinja2 an iteration that is cut short does not count for the else branch.
      completed |= signal == Interpreter.Signal.NEXT;
    }
    return completed || loop.otherwise().isEmpty()
        ? Interpreter.Signal.NEXT
        : interpreter.run(loop.otherwise(), scope.inner(scopes.otherwise()), output);
  }

  /// The elements for which the loop's own condition holds, tested one at a time.
  private final class Filtered implements Iterator<Value> {
    private final Stmt.For loop;
    private final Expr test;
    private final Scope scope;
    private final Iterator<Value> elements;
    private @Nullable Value next;

    Filtered(
        Stmt.For loop, Expr test, ScopePlan.Loop scopes, Scope scope, Iterator<Value> elements) {
      this.loop = loop;
      this.test = test;
      this.scope = scope.inner(scopes.test());
      this.elements = elements;
    }

    @Override
    public boolean hasNext() {
      while (next == null && elements.hasNext()) {
        Value element = elements.next();
        interpreter.assign(loop.target(), element, scope);
        if (Iteration.isTrue(evaluator.evaluate(test, scope))) {
          next = packed(loop.target());
        }
      }
      return next != null;
    }

    /// What the targets hold: a tuple where the target is one, whatever the element was.
    private Value packed(Expr target) {
      return switch (target) {
        case Expr.Tuple tuple ->
            new TupleValue(tuple.items().stream().map(this::packed).toList(), false);
        case Expr.Name name -> {
          Value value = scope.get(name.name());
          yield value == null ? Undefined.variable(name.name()) : value;
        }
        default -> throw new IllegalStateException("the parser let an odd target pass");
      };
    }

    @Override
    public Value next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Value element = next;
      next = null;
      return element;
    }
  }
}
