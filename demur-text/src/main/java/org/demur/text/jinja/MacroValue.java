package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A macro, or the body of a call block.
final class MacroValue implements Callable {
  private final Stmt.Definition definition;
  private final @Nullable String name;
  private final ScopePlan.Macro plan;
  private final Scope outer;

  MacroValue(Stmt.Definition definition, @Nullable String name, ScopePlan.Macro plan, Scope outer) {
    this.definition = definition;
    this.name = name;
    this.plan = plan;
    this.outer = outer;
  }

  @Override
  public Value call(Rendering rendering, Args args) {
    Budget budget = rendering.budget();
    budget.enter();
    try {
      budget.steps(definition.parameters().names().size());
      Scope scope = outer.inner(plan.symbols());
      bind(budget, scope, args);
      defaults(rendering, scope);
      Output output = new Output(budget);
      rendering.interpreter().run(definition.body(), scope, output);
      return Str.of(output.text());
    } finally {
      budget.exit();
    }
  }

  private void bind(Budget budget, Scope scope, Args args) {
    List<String> parameters = definition.parameters().names();
    int given = Math.min(args.positional().size(), parameters.size());
    for (int index = 0; index < given; index++) {
      scope.setParameter(parameters.get(index), args.positional().get(index));
    }
    SequencedMap<String, Value> rest = new LinkedHashMap<>(args.named());
    boolean foundCaller = given == parameters.size() && parameters.contains("caller");
    for (String parameter : parameters.subList(given, parameters.size())) {
      Value value = rest.remove(parameter);
      foundCaller |= parameter.equals("caller");
      if (value != null) {
        scope.setParameter(parameter, value);
      }
    }
    if (plan.caller() && !foundCaller) {
      Value caller = rest.remove("caller");
      scope.setParameter(
          "caller",
          caller == null || caller == Value.None.NONE
              ? Undefined.because("No caller defined")
              : caller);
    }
    keywords(budget, scope, rest);
    surplus(scope, args.positional(), parameters.size());
  }

  private void keywords(Budget budget, Scope scope, SequencedMap<String, Value> rest) {
    if (plan.kwargs()) {
      DictValue kwargs = new DictValue();
      rest.forEach((key, value) -> kwargs.put(budget, Str.of(key), value));
      scope.setParameter("kwargs", kwargs);
    } else if (rest.containsKey("caller")) {
      throw JinjaException.type(
          ("macro %s was invoked with two values for the special caller argument. This is most"
                  + " likely a bug.")
              .formatted(shownName()));
    } else if (!rest.isEmpty()) {
      throw JinjaException.type(
          "macro %s takes no keyword argument %s"
              .formatted(shownName(), Undefined.quoted(rest.firstEntry().getKey())));
    }
  }

  private void surplus(Scope scope, List<Value> positional, int parameters) {
    if (plan.varargs()) {
      int start = Math.min(parameters, positional.size());
      List<Value> varargs = List.copyOf(positional.subList(start, positional.size()));
      scope.setParameter("varargs", new TupleValue(varargs, false));
    } else if (positional.size() > parameters) {
      throw JinjaException.type(
          "macro %s takes not more than %d argument(s)".formatted(shownName(), parameters));
    }
  }

  private void defaults(Rendering rendering, Scope scope) {
    List<String> parameters = definition.parameters().names();
    for (int index = 0; index < parameters.size(); index++) {
      String parameter = parameters.get(index);
      if (!scope.hasParameter(parameter)) {
        Expr value = definition.parameters().defaultOf(index);
        scope.setParameter(
            parameter,
            value == null
                ? Undefined.because("parameter '%s' was not provided".formatted(parameter))
                : rendering.interpreter().evaluator().evaluate(value, scope));
      }
    }
  }

  private String shownName() {
    return name == null ? "None" : "'" + name + "'";
  }

  /// An attribute of the macro, or null when it has none of that name.
  @Nullable Value member(String attribute) {
    List<String> parameters = definition.parameters().names();
    return switch (attribute) {
      case "name" -> name == null ? Value.None.NONE : Str.of(name);
      case "arguments" -> {
        List<Value> names = new ArrayList<>();
        parameters.forEach(parameter -> names.add(Str.of(parameter)));
        yield new TupleValue(names, false);
      }
      case "catch_kwargs" -> Value.Bool.of(plan.kwargs());
      case "catch_varargs" -> Value.Bool.of(plan.varargs());
      case "caller" -> Value.Bool.of(plan.caller());
      case "explicit_caller" -> Value.Bool.of(parameters.contains("caller"));
      default -> null;
    };
  }

  @Override
  public String typeName() {
    return "Macro";
  }

  @Override
  public String label() {
    return "Macro " + (name == null ? "anonymous" : "'" + name + "'");
  }
}
