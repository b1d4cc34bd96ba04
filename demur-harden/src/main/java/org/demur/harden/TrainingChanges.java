package org.demur.harden;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.adapter.LoraConfig;
import org.demur.model.config.ModelException;
import org.demur.model.hook.Positions;
import org.demur.tensor.AdamWRule;
import org.demur.train.AblationForm;
import org.demur.train.AblationMode;
import org.demur.train.DirectionControl;
import org.demur.train.RefatSettings;
import org.demur.train.Schedule;
import org.demur.train.TrainException;
import org.demur.train.TrainingSettings;

/// Numbers of a hardening that a user sets by name in place of the profile's.
///
/// Those of a training hold for refusal training and for the method, those of ReFAT for the method
/// only.
///
/// @param given values as they were written, by name
public record TrainingChanges(SequencedMap<String, String> given) {
  /// The profile as it is.
  public static final TrainingChanges NONE = new TrainingChanges(new LinkedHashMap<>());

  private static final SequencedMap<String, BiFunction<TrainingSettings, Value, TrainingSettings>>
      TRAINING = new LinkedHashMap<>();
  private static final SequencedMap<String, BiFunction<RefatSettings, Value, RefatSettings>> REFAT =
      new LinkedHashMap<>();
  private static final SequencedMap<String, BiFunction<LoraConfig, Value, LoraConfig>> ADAPTER =
      new LinkedHashMap<>();
  private static final String TARGETS = "targets";

  static {
    TRAINING.put("learning-rate", (settings, value) -> settings.paced(value.number()));
    TRAINING.put("schedule", (settings, value) -> settings.following(value.oneOf(Schedule.class)));
    TRAINING.put("warm-up", (settings, value) -> settings.warmingUp(value.whole()));
    TRAINING.put("rows", (settings, value) -> settings.batching(value.whole()));
    TRAINING.put(
        "parts",
        (settings, value) -> settings.inParts(value.whole(), settings.arithmetic().recompute()));
    TRAINING.put("gradient-bound", (settings, value) -> settings.bounding(value.number()));
    TRAINING.put(
        "weight-decay",
        (settings, value) -> {
          AdamWRule known = settings.optimiser();
          return settings.optimising(
              new AdamWRule(known.beta1(), known.beta2(), known.epsilon(), value.number()));
        });
    REFAT.put(
        "share",
        (refat, value) ->
            refat.sharing(new RefatSettings.Share(value.number(), refat.share().utility())));
    REFAT.put(
        "utility-share",
        (refat, value) ->
            refat.sharing(new RefatSettings.Share(refat.share().harmful(), value.number())));
    REFAT.put("opened", (refat, value) -> refat.opening(value.number()));
    REFAT.put("period", (refat, value) -> refat.refreshing(value.whole(), refat.promptsPerSide()));
    REFAT.put("prompts", (refat, value) -> refat.refreshing(refat.period(), value.whole()));
    REFAT.put("form", (refat, value) -> refat.in(value.oneOf(AblationForm.class)));
    REFAT.put("mode", (refat, value) -> refat.leaving(value.oneOf(AblationMode.class)));
    REFAT.put("positions", (refat, value) -> refat.at(Positions.parse(value.text())));
    REFAT.put("control", (refat, value) -> refat.withControl(value.oneOf(DirectionControl.class)));
    ADAPTER.put(
        "rank",
        (adapter, value) -> LoraConfig.of(value.whole(), adapter.alpha(), adapter.dropout()));
    ADAPTER.put(
        "alpha",
        (adapter, value) -> LoraConfig.of(adapter.rank(), value.number(), adapter.dropout()));
    ADAPTER.put(
        "dropout",
        (adapter, value) -> LoraConfig.of(adapter.rank(), adapter.alpha(), value.number()));
  }

  /// A value that was given.
  private record Value(String name, String text) {
    double number() {
      try {
        double number = Double.parseDouble(text);
        if (Double.isFinite(number)) {
          return number;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      throw wrong("a number");
    }

    int whole() {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw wrong("a whole number");
      }
    }

    <E extends Enum<E>> E oneOf(Class<E> kind) {
      List<E> known = List.copyOf(EnumSet.allOf(kind));
      List<String> labels = known.stream().map(Value::label).toList();
      int place = labels.indexOf(text);
      if (place < 0) {
        throw wrong("one of " + String.join(", ", labels));
      }
      return known.get(place);
    }

    private static String label(Enum<?> one) {
      return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private TrainException wrong(String accepted) {
      return new TrainException(
          ErrorCode.USAGE, "%s is \"%s\", but must be %s".formatted(name, text, accepted));
    }
  }

  /// Copies the map.
  public TrainingChanges {
    given = new LinkedHashMap<>(given);
  }

  /// Changes from `name=value` texts.
  ///
  /// @throws TrainException with `USAGE` for an unknown name, a name without a value or one that is
  ///   given twice
  public static TrainingChanges of(List<String> texts) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      if (!names().contains(name)) {
        throw usage(
            "there is no setting \"%s\"; known: %s%s"
                .formatted(name, String.join(", ", names()), Suggestions.hint(name, names())));
      }
      if (equals < 0 || equals == text.length() - 1) {
        throw usage("the setting %s needs a value: %s=VALUE".formatted(name, name));
      }
      if (given.put(name, text.substring(equals + 1)) != null) {
        throw usage("the setting %s is given twice".formatted(name));
      }
    }
    return new TrainingChanges(given);
  }

  /// All names, those of every training first, then those of ReFAT, then those of a new adapter.
  public static List<String> names() {
    List<String> names = new ArrayList<>(TRAINING.keySet());
    names.addAll(REFAT.keySet());
    names.addAll(ADAPTER.keySet());
    names.add(TARGETS);
    return names;
  }

  private static TrainException usage(String problem) {
    return new TrainException(ErrorCode.USAGE, problem);
  }

  /// The settings of refusal training with these changes.
  ///
  /// @throws TrainException with `USAGE` for a value out of its range
  TrainingSettings ofTraining(TrainingSettings plain) {
    return changed(plain, TRAINING);
  }

  /// The settings of the method with these changes.
  ///
  /// @throws TrainException with `USAGE` for a value out of its range, or one of ReFAT where
  ///   another method is trained
  TrainingSettings ofMethod(TrainingSettings plain) {
    TrainingSettings made = ofTraining(plain);
    if (given.keySet().stream().noneMatch(REFAT::containsKey)) {
      return made;
    }
    if (made.method() instanceof RefatSettings refat) {
      return made.with(changed(refat, REFAT));
    }
    throw usage(
        "%s is for refat and refat-published only"
            .formatted(given.keySet().stream().filter(REFAT::containsKey).findFirst().orElse("")));
  }

  /// A new adapter with these changes.
  LoraConfig ofAdapter(LoraConfig plain) {
    return changed(plain, ADAPTER);
  }

  /// Checks what is said of a new adapter.
  ///
  /// @param all modules that the model has
  /// @param fresh whether the training makes an adapter, and does not go on with one
  /// @throws TrainException with `USAGE` for a module that the model does not have, and for a
  ///   number of a new adapter where there is none
  public void requireFor(List<String> all, boolean fresh) {
    targets(all);
    List<String> ofAdapter =
        given.keySet().stream()
            .filter(name -> name.equals(TARGETS) || ADAPTER.containsKey(name))
            .toList();
    if (!fresh && !ofAdapter.isEmpty()) {
      throw usage(
          "%s is of a new adapter, but this training goes on with the one of --adapter"
              .formatted(String.join(", ", ofAdapter)));
    }
  }

  /// The modules that a new adapter changes, of those that a model has.
  ///
  /// @throws TrainException with `USAGE` for one that it does not have
  List<String> targets(List<String> all) {
    String wanted = given.get(TARGETS);
    if (wanted == null) {
      return all;
    }
    List<String> chosen = List.of(wanted.split(",", -1));
    for (String target : chosen) {
      if (!all.contains(target)) {
        throw usage(
            "targets has \"%s\"; this model has %s".formatted(target, String.join(", ", all)));
      }
    }
    return chosen;
  }

  @Override
  public String toString() {
    return given.entrySet().stream()
        .map(one -> one.getKey() + "=" + one.getValue())
        .collect(Collectors.joining(", "));
  }

  /// One change; what the model's own types refuse is wrong usage here, too.
  private static <T> T applied(T plain, BiFunction<T, Value, T> change, Value value) {
    try {
      return change.apply(plain, value);
    } catch (ModelException e) {
      throw new TrainException(
          ErrorCode.USAGE, "%s=%s: %s".formatted(value.name(), value.text(), e.getMessage()), e);
    }
  }

  private <T> T changed(T plain, Map<String, BiFunction<T, Value, T>> known) {
    T made = plain;
    // in the order of the table: a form is there before what only it allows
    for (Map.Entry<String, BiFunction<T, Value, T>> one : known.entrySet()) {
      String text = given.get(one.getKey());
      if (text != null) {
        made = applied(made, one.getValue(), new Value(one.getKey(), text));
      }
    }
    return made;
  }
}
