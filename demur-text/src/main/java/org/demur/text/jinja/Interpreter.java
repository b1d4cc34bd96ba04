package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs the statements of a template.
final class Interpreter {
  /// How a statement ends.
  enum Signal {
    NEXT,
    BREAK,
    CONTINUE
  }

  /// What a macro keeps alive: itself and the scope that it was defined in.
  private static final int MACRO_SLOTS = 8;

  private final Rendering rendering;
  private final Budget budget;
  private final ScopePlan plan;
  private final Evaluator evaluator;
  private final LoopRunner loops;

  Interpreter(Rendering rendering, ScopePlan plan) {
    this.rendering = rendering;
    this.budget = rendering.budget();
    this.plan = plan;
    this.evaluator = new Evaluator(rendering);
    this.loops = new LoopRunner(this, budget, evaluator);
  }

  Evaluator evaluator() {
    return evaluator;
  }

  Signal run(List<Stmt> statements, Scope scope, Output output) {
    for (Stmt statement : statements) {
      Signal signal = run(statement, scope, output);
      if (signal != Signal.NEXT) {
        return signal;
      }
    }
    return Signal.NEXT;
  }

  private Signal run(Stmt statement, Scope scope, Output output) {
    budget.step();
    budget.enter();
    try {
      return dispatch(statement, scope, output);
    } catch (JinjaException failure) {
      throw failure.at(statement.line());
    } finally {
      budget.exit();
    }
  }

  private Signal dispatch(Stmt statement, Scope scope, Output output) {
    switch (statement) {
      case Stmt.Text text -> output.append(text.text());
      case Stmt.Print print -> output.append(text(evaluator.evaluate(print.value(), scope)));
      case Stmt.Assign assign -> assign(assign, scope);
      case Stmt.MacroDefinition macro -> scope.set(macro.name(), macro(macro, macro.name(), scope));
      case Stmt.CallBlock block -> output.append(text(call(block, scope)));
      case Stmt.Generation block ->
          output.append(text(macro(block, null, scope).call(rendering, Args.of())));
      case Stmt.FilterBlock block -> {
        return filter(block, scope, output);
      }
      case Stmt.AssignBlock block -> {
        return assign(block, scope);
      }
      case Stmt.If condition -> {
        return condition(condition, scope, output);
      }
      case Stmt.For loop -> {
        return loops.run(loop, plan.of(loop), scope, output);
      }
      case Stmt.With with -> {
        return with(with, scope, output);
      }
      case Stmt.Block block -> block(block, scope, output);
      case Stmt.Break leave -> {
        return Signal.BREAK;
      }
      case Stmt.Continue next -> {
        return Signal.CONTINUE;
      }
      case Stmt.Load load ->
          throw JinjaException.type(
              "the tag '%s' is not available, because a chat template cannot load another one"
                  .formatted(load.tag()));
    }
    return Signal.NEXT;
  }

  private String text(Value value) {
    return PythonText.str(budget, value);
  }

  private Signal condition(Stmt.If condition, Scope scope, Output output) {
    for (Stmt.Branch branch : condition.branches()) {
      if (Iteration.isTrue(evaluator.evaluate(branch.test(), scope))) {
        return run(branch.body(), scope, output);
      }
    }
    return run(condition.otherwise(), scope, output);
  }

  private void assign(Stmt.Assign assign, Scope scope) {
    requireNamespaces(assign.target(), scope);
    assign(assign.target(), evaluator.evaluate(assign.value(), scope), scope);
  }

  private void requireNamespaces(Expr target, Scope scope) {
    if (target instanceof Expr.Tuple tuple) {
      tuple.items().forEach(item -> requireNamespaces(item, scope));
    } else if (target instanceof Expr.NamespaceRef ref) {
      namespace(ref, scope);
    }
  }

  private NamespaceValue namespace(Expr.NamespaceRef ref, Scope scope) {
    if (scope.get(ref.namespace()) instanceof NamespaceValue namespace) {
      return namespace;
    }
    throw new JinjaException(
        ErrorKind.TEMPLATE_RUNTIME, "cannot assign attribute on non-namespace object");
  }

  /// Assigns a value to a target, taking it apart where the target is a tuple.
  void assign(Expr target, Value value, Scope scope) {
    switch (target) {
      case Expr.Name name -> scope.set(name.name(), value);
      case Expr.NamespaceRef ref ->
          namespace(ref, scope).attributes().put(budget, Str.of(ref.attribute()), value);
      case Expr.Tuple tuple -> {
        List<Value> parts = unpack(value, tuple.items().size());
        for (int index = 0; index < parts.size(); index++) {
          assign(tuple.items().get(index), parts.get(index), scope);
        }
      }
      default -> throw new IllegalStateException("the parser let an odd target pass");
    }
  }

  private List<Value> unpack(Value value, int count) {
    Iterator<Value> elements = Iteration.iteratorOrNull(budget, value);
    if (elements == null) {
      throw JinjaException.type("cannot unpack non-iterable %s object".formatted(value.typeName()));
    }
    List<Value> parts = new ArrayList<>(count);
    while (elements.hasNext()) {
      if (parts.size() == count) {
        throw JinjaException.value("too many values to unpack (expected %d)".formatted(count));
      }
      parts.add(elements.next());
    }
    if (parts.size() < count) {
      throw JinjaException.value(
          "not enough values to unpack (expected %d, got %d)".formatted(count, parts.size()));
    }
    return parts;
  }

  private Signal assign(Stmt.AssignBlock block, Scope scope) {
    Scope inner = scope.inner(plan.of(block));
    Output captured = new Output(budget);
    Signal signal = run(block.body(), inner, captured);
    if (signal == Signal.NEXT) {
      Value text = Str.of(captured.text());
      if (block.target() instanceof Expr.NamespaceRef ref
          && !(scope.get(ref.namespace()) instanceof NamespaceValue)) {
        throw JinjaException.type("only a namespace supports the assignment of attributes");
      }
      Expr.Filter filter = block.filter();
      assign(block.target(), filter == null ? text : evaluator.filter(filter, text, inner), scope);
    }
    return signal;
  }

  private Signal filter(Stmt.FilterBlock block, Scope scope, Output output) {
    Scope inner = scope.inner(plan.of(block));
    Output captured = new Output(budget);
    Signal signal = run(block.body(), inner, captured);
    if (signal == Signal.NEXT) {
      output.append(text(evaluator.filter(block.filter(), Str.of(captured.text()), inner)));
    }
    return signal;
  }

  private Signal with(Stmt.With with, Scope scope, Output output) {
    Scope inner = scope.inner(plan.of(with));
    for (int index = 0; index < with.targets().size(); index++) {
      assign(with.targets().get(index), evaluator.evaluate(with.values().get(index), scope), inner);
    }
    return run(with.body(), inner, output);
  }

  private void block(Stmt.Block block, Scope scope, Output output) {
    if (block.required()) {
      throw new JinjaException(
          ErrorKind.TEMPLATE_RUNTIME,
          "Required block %s not found".formatted(Undefined.quoted(block.name())));
    }
    Variables variables = block.scoped() ? scope.visible() : scope.variables();
    run(block.body(), Scope.outermost(plan.of(block), variables, budget), output);
  }

  private MacroValue macro(Stmt.Definition definition, @Nullable String name, Scope scope) {
    budget.slots(MACRO_SLOTS);
    return new MacroValue(definition, name, plan.of(definition), scope);
  }

  private Value call(Stmt.CallBlock block, Scope scope) {
    MacroValue caller = macro(block, null, scope);
    Expr.Call call = block.call();
    Value function = evaluator.evaluate(call.function(), scope);
    Args args = evaluator.arguments(call.arguments(), scope);
    LinkedHashMap<String, Value> named = new LinkedHashMap<>(args.named());
    named.put("caller", caller);
    return evaluator.call(function, new Args(args.positional(), named));
  }
}
