package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Evaluates expressions.
final class Evaluator {
  private final Rendering rendering;
  private final Budget budget;

  Evaluator(Rendering rendering) {
    this.rendering = rendering;
    this.budget = rendering.budget();
  }

  /// The value of an expression.
  ///
  /// @throws JinjaException with the line of the innermost expression that failed
  Value evaluate(Expr expression, Scope scope) {
    budget.step();
    budget.enter();
    try {
      return dispatch(expression, scope);
    } catch (JinjaException failure) {
      throw failure.at(expression.line());
    } finally {
      budget.exit();
    }
  }

  private Value dispatch(Expr expression, Scope scope) {
    return switch (expression) {
      case Expr.Const constant -> constant.value();
      case Expr.Name name -> {
        Value value = scope.get(name.name());
        yield value == null ? Undefined.variable(name.name()) : value;
      }
      case Expr.Tuple tuple -> new TupleValue(list(tuple.items(), scope), false);
      case Expr.ListOf list -> new ListValue(list(list.items(), scope));
      case Expr.DictOf dict -> dict(dict, scope);
      case Expr.Not not -> Value.Bool.of(!isTrue(not.operand(), scope));
      case Expr.Sign sign -> Operators.sign(evaluate(sign.operand(), scope), sign.minus());
      case Expr.Logic logic -> logic(logic, scope);
      case Expr.Binary binary -> {
        Value left = evaluate(binary.left(), scope);
        Value right = evaluate(binary.right(), scope);
        yield Operators.apply(rendering, binary.operator(), left, right);
      }
      case Expr.Concat concat -> concat(concat, scope);
      case Expr.Compare compare -> compare(compare, scope);
      case Expr.Conditional conditional -> conditional(conditional, scope);
      case Expr.Attribute attribute ->
          Attributes.attribute(rendering, evaluate(attribute.object(), scope), attribute.name());
      case Expr.Item item -> item(item, scope);
      case Expr.Call call -> {
        Value function = evaluate(call.function(), scope);
        yield call(function, arguments(call.arguments(), scope));
      }
      case Expr.Filter filter -> filter(filter, null, scope);
      case Expr.Test test -> {
        Value input = evaluate(test.input(), scope);
        Args args = arguments(test.arguments(), scope);
        yield Value.Bool.of(Tests.apply(rendering, test.name(), input, args));
      }
      case Expr.NamespaceRef ref -> throw new IllegalStateException("a target is no value");
      case Expr.Slice slice -> throw new IllegalStateException("a slice is no value");
    };
  }

  private boolean isTrue(Expr expression, Scope scope) {
    return Iteration.isTrue(evaluate(expression, scope));
  }

  private List<Value> list(List<Expr> expressions, Scope scope) {
    budget.slots(expressions.size());
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expr expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Value dict(Expr.DictOf expression, Scope scope) {
    budget.slots(1);
    DictValue dict = new DictValue();
    for (int index = 0; index < expression.keys().size(); index++) {
      Value key = evaluate(expression.keys().get(index), scope);
      dict.put(budget, key, evaluate(expression.values().get(index), scope));
    }
    return dict;
  }

  private Value logic(Expr.Logic logic, Scope scope) {
    Value left = evaluate(logic.left(), scope);
    return Iteration.isTrue(left) == logic.and() ? evaluate(logic.right(), scope) : left;
  }

  private Value concat(Expr.Concat concat, Scope scope) {
    List<Value> parts = list(concat.parts(), scope);
    TextBuilder text = new TextBuilder(budget);
    for (Value part : parts) {
      text.append(PythonText.str(budget, part));
    }
    return Str.of(text.build());
  }

  private Value compare(Expr.Compare compare, Scope scope) {
    Value left = evaluate(compare.first(), scope);
    for (Expr.Operand operand : compare.rest()) {
      Value right = evaluate(operand.right(), scope);
      if (!holds(operand.relation(), left, right)) {
        return Value.Bool.FALSE;
      }
      left = right;
    }
    return Value.Bool.TRUE;
  }

  private boolean holds(Expr.Relation relation, Value left, Value right) {
    return switch (relation) {
      case EQUAL -> Comparison.equal(budget, left, right);
      case NOT_EQUAL -> !Comparison.equal(budget, left, right);
      case LESS -> Comparison.test(budget, Comparison.Order.LESS, left, right);
      case LESS_OR_EQUAL -> Comparison.test(budget, Comparison.Order.LESS_OR_EQUAL, left, right);
      case GREATER -> Comparison.test(budget, Comparison.Order.GREATER, left, right);
      case GREATER_OR_EQUAL ->
          Comparison.test(budget, Comparison.Order.GREATER_OR_EQUAL, left, right);
      case IN -> Comparison.contains(budget, right, left);
      case NOT_IN -> !Comparison.contains(budget, right, left);
    };
  }

  private Value conditional(Expr.Conditional conditional, Scope scope) {
    if (isTrue(conditional.test(), scope)) {
      return evaluate(conditional.then(), scope);
    }
    return conditional.otherwise() == null
        ? Undefined.because(
            ("the inline if-expression on line %d evaluated to false and no else section was"
                    + " defined.")
                .formatted(conditional.line()))
        : evaluate(conditional.otherwise(), scope);
  }

  private Value item(Expr.Item item, Scope scope) {
    Value object = evaluate(item.object(), scope);
    if (item.key() instanceof Expr.Slice slice) {
      return Slicing.slice(
          budget,
          object,
          optional(slice.start(), scope),
          optional(slice.stop(), scope),
          optional(slice.step(), scope));
    }
    Value key = evaluate(item.key(), scope);
    return item.key() instanceof Expr.Const
        ? Attributes.literalItem(rendering, object, key)
        : Attributes.item(rendering, object, key);
  }

  private @Nullable Value optional(@Nullable Expr expression, Scope scope) {
    return expression == null ? null : evaluate(expression, scope);
  }

  /// Applies a filter, or a chain of them whose innermost one has no input of its own.
  Value filter(Expr.Filter filter, @Nullable Value blockInput, Scope scope) {
    Value input;
    if (filter.input() instanceof Expr.Filter inner && blockInput != null) {
      input = filter(inner, blockInput, scope);
    } else if (filter.input() != null) {
      input = evaluate(filter.input(), scope);
    } else if (blockInput != null) {
      input = blockInput;
    } else {
      throw new IllegalStateException("a filter has no input");
    }
    Args args = arguments(filter.arguments(), scope);
    return Filters.apply(rendering, filter.name(), input, args);
  }

  Args arguments(Arguments arguments, Scope scope) {
    List<Value> positional = list(arguments.positional(), scope);
    SequencedMap<String, Value> named = new LinkedHashMap<>();
    // Python evaluates *arguments before keyword arguments, and **arguments last.
    if (arguments.star() != null) {
      Value rest = evaluate(arguments.star(), scope);
      positional.addAll(Iteration.list(budget, rest));
    }
    for (Arguments.Keyword keyword : arguments.named()) {
      named.put(keyword.name(), evaluate(keyword.value(), scope));
    }
    if (arguments.doubleStar() != null) {
      for (Map.Entry<String, Value> entry :
          keywords(evaluate(arguments.doubleStar(), scope)).entrySet()) {
        if (named.put(entry.getKey(), entry.getValue()) != null) {
          throw JinjaException.type(
              "got multiple values for keyword argument " + Undefined.quoted(entry.getKey()));
        }
      }
    }
    return new Args(positional, named);
  }

  private SequencedMap<String, Value> keywords(Value value) {
    return switch (value) {
      case Undefined undefined -> throw undefined.failure();
      case DictValue dict -> Arguments.keywords(budget, dict);
      default ->
          throw JinjaException.type("argument after ** must be a mapping, not " + value.typeName());
    };
  }

  Value call(Value function, Args args) {
    return switch (function) {
      case Undefined undefined -> throw undefined.failure();
      case Callable callable -> callable.call(rendering, args);
      default ->
          throw JinjaException.type("'%s' object is not callable".formatted(function.typeName()));
    };
  }
}
