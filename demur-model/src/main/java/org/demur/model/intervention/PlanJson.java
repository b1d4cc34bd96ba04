package org.demur.model.intervention;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.demur.core.ErrorCode;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.ConfigJson;
import org.demur.model.config.ModelException;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Replacement;
import org.demur.model.intervention.Intervention.Scaling;
import tools.jackson.databind.json.JsonMapper;

/// The JSON form of a [Plan].
///
/// ```json
/// {"interventions": [
///   {"type": "ablate", "direction": {"width": 3, "values": [0.1, 0.2, 0.3]},
///    "sites": ["hook_resid_pre", "hook_attn_out", "hook_mlp_out"], "positions": "all"},
///   {"type": "add", "vector": {"file": "directions.safetensors", "key": "harmful"},
///    "coefficient": -1.5, "sites": ["hook_resid_pre"], "layers": [12], "positions": [-1]}]}
/// ```
///
/// `layers`, `rows` and `rowMask` may be left out (all); `positions` is a name or a list. Vectors
/// in files are accepted only where the caller resolves them: a server does not.
public final class PlanJson {
  private static final Set<String> SHARED =
      Set.of("type", "sites", "layers", "positions", "rows", "rowMask");
  private static final Map<String, Set<String>> OWN =
      Map.of(
          "ablate", Set.of("direction", "mean"),
          "add", Set.of("vector", "coefficient", "perToken"),
          "replace", Set.of("values", "perToken"),
          "scale", Set.of("factor"));
  private static final int MAX_INTERVENTIONS = 4096;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /// Finds the vectors of a file by its name and a key, which may be missing.
  public interface VectorFiles extends BiFunction<String, Optional<String>, LayerVectors> {
    /// Accepts no files.
    VectorFiles NONE =
        (file, key) -> {
          throw new ModelException(
              ErrorCode.PLAN, "vectors in files are not accepted here; give their values");
        };
  }

  private PlanJson() {}

  /// Reads a plan.
  ///
  /// @param place name of the document, for messages
  /// @param text the document
  /// @param files finds vectors in files
  /// @throws ModelException with [ErrorCode#JSON_FORMAT] or [ErrorCode#PLAN], naming the field
  public static Plan read(String place, String text, VectorFiles files) {
    return read(new ConfigFields(place, ConfigJson.parse(place, text)), files);
  }

  /// Reads a plan from the fields of a larger document.
  public static Plan read(ConfigFields fields, VectorFiles files) {
    return placed(fields, () -> plan(fields, files));
  }

  /// Names the place in whatever is wrong. A field of the wrong type is reported before what its
  /// stand-in led to.
  private static <T> T placed(ConfigFields fields, Supplier<T> reading) {
    try {
      T read = reading.get();
      fields.finish();
      return read;
    } catch (ModelException e) {
      if (e.code() != ErrorCode.PLAN && e.code() != ErrorCode.MODEL_CONFIG) {
        throw e; // a file of vectors has its own errors
      }
      ModelException cause = e;
      try {
        fields.finish();
      } catch (ModelException wrongTypes) {
        cause = wrongTypes;
      }
      String message = String.valueOf(cause.getMessage());
      throw new ModelException(
          ErrorCode.PLAN,
          message.startsWith(fields.place()) ? message : fields.place() + ": " + message,
          cause);
    }
  }

  private static Plan plan(ConfigFields fields, VectorFiles files) {
    rejectUnknown(fields, Set.of("interventions"));
    List<Object> items =
        fields
            .list("interventions")
            .orElseThrow(
                () -> new ModelException(ErrorCode.PLAN, fields.place() + " has no interventions"));
    if (items.size() > MAX_INTERVENTIONS) {
      throw new ModelException(
          ErrorCode.PLAN,
          "%s has %d interventions, but at most %d are accepted"
              .formatted(fields.place(), items.size(), MAX_INTERVENTIONS));
    }
    List<Intervention> interventions = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String place = fields.place() + ", interventions[" + i + "]";
      if (!(items.get(i) instanceof Map<?, ?> map)) {
        throw new ModelException(ErrorCode.PLAN, place + " is not an object");
      }
      Map<String, Object> values = new LinkedHashMap<>();
      map.forEach((key, value) -> values.put(String.valueOf(key), value));
      ConfigFields own = new ConfigFields(place, values);
      interventions.add(placed(own, () -> intervention(own, files)));
    }
    return new Plan(interventions);
  }

  private static Intervention intervention(ConfigFields fields, VectorFiles files) {
    String type = fields.text("type").orElse("");
    Set<String> own = OWN.get(type);
    if (own == null) {
      throw new ModelException(
          ErrorCode.PLAN,
          "%s: unknown type \"%s\"; known: ablate, add, replace, scale"
              .formatted(fields.place(), type));
    }
    Set<String> accepted = new TreeSet<>(SHARED);
    accepted.addAll(own);
    rejectUnknown(fields, accepted);
    Target target = target(fields);
    return switch (type) {
      case "ablate" ->
          new DirectionalAblation(
              target,
              vectors(fields, "direction", files),
              fields.has("mean") ? Optional.of(vectors(fields, "mean", files)) : Optional.empty());
      case "add" ->
          new ActivationAddition(
              target,
              vectors(fields, "vector", files),
              fields.number("coefficient"),
              fields.flag("perToken", false));
      case "replace" ->
          new Replacement(target, vectors(fields, "values", files), fields.flag("perToken", false));
      default -> new Scaling(target, fields.number("factor"));
    };
  }

  private static void rejectUnknown(ConfigFields fields, Set<String> accepted) {
    for (String key : fields.values().keySet()) {
      if (!accepted.contains(key)) {
        throw new ModelException(
            ErrorCode.PLAN,
            "%s: unknown field \"%s\"; accepted: %s"
                .formatted(fields.place(), key, String.join(", ", new TreeSet<>(accepted))));
      }
    }
  }

  private static Target target(ConfigFields fields) {
    Set<HookSite> sites = new TreeSet<>();
    for (Object site : fields.list("sites").orElse(List.of())) {
      sites.add(HookSite.ofLabel(String.valueOf(site)));
    }
    return new Target(
        sites,
        fields.list("layers").map(list -> integers(fields, "layers", list)),
        positions(fields),
        fields.list("rows").map(list -> new TreeSet<>(integers(fields, "rows", list))),
        fields.list("rowMask").map(list -> booleans(fields, list)));
  }

  private static Positions positions(ConfigFields fields) {
    Object value = fields.values().get("positions");
    if (value instanceof List<?> list) {
      return new Positions.Explicit(integers(fields, "positions", list));
    }
    return value == null ? Positions.ALL : Positions.parse(String.valueOf(value));
  }

  private static List<Integer> integers(ConfigFields fields, String key, List<?> items) {
    List<Integer> numbers = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof Integer number)) {
        throw new ModelException(
            ErrorCode.PLAN,
            "%s: %s holds %s, but whole numbers are needed".formatted(fields.place(), key, item));
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static List<Boolean> booleans(ConfigFields fields, List<?> items) {
    List<Boolean> flags = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof Boolean flag)) {
        throw new ModelException(
            ErrorCode.PLAN,
            "%s: rowMask holds %s, but true and false are needed".formatted(fields.place(), item));
      }
      flags.add(flag);
    }
    return flags;
  }

  private static LayerVectors vectors(ConfigFields fields, String key, VectorFiles files) {
    ConfigFields vector =
        fields
            .fields(key)
            .orElseThrow(
                () -> new ModelException(ErrorCode.PLAN, fields.place() + " has no " + key));
    rejectUnknown(vector, Set.of("file", "key", "width", "values"));
    Optional<String> file = vector.text("file");
    if (file.isPresent()) {
      return files.apply(file.get(), vector.text("key"));
    }
    List<Double> numbers = vector.numbers("values").orElse(List.of());
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return LayerVectors.perLayer(
        vector.integer("width", 1, 1 << 20, Math.max(1, values.length)), values);
  }

  /// The JSON form, with all numbers inline.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when a function is in the plan
  public static String write(Plan plan) {
    return MAPPER.writeValueAsString(toMap(plan));
  }

  /// The JSON form as maps and lists, for embedding in a larger document.
  public static Map<String, Object> toMap(Plan plan) {
    return Map.of("interventions", plan.interventions().stream().map(PlanJson::toMap).toList());
  }

  private static Map<String, Object> toMap(Intervention intervention) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("type", intervention.label());
    switch (intervention) {
      case DirectionalAblation ablation -> {
        map.put("direction", toMap(ablation.direction()));
        ablation.mean().ifPresent(mean -> map.put("mean", toMap(mean)));
      }
      case ActivationAddition addition -> {
        map.put("vector", toMap(addition.vector()));
        map.put("coefficient", addition.coefficient());
        if (addition.perToken()) {
          map.put("perToken", true);
        }
      }
      case Replacement replacement -> {
        map.put("values", toMap(replacement.values()));
        map.put("perToken", replacement.perToken());
      }
      case Scaling scaling -> map.put("factor", scaling.factor());
      case Custom custom ->
          throw new ModelException(
              ErrorCode.PLAN, "the function " + custom.name() + " has no JSON form");
    }
    Target target = intervention.target();
    map.put("sites", target.sites().stream().sorted().map(HookSite::label).toList());
    target.layers().ifPresent(layers -> map.put("layers", layers));
    map.put(
        "positions",
        target.positions() instanceof Positions.Explicit explicit
            ? explicit.indices()
            : target.positions().toString());
    target.rows().ifPresent(rows -> map.put("rows", rows.stream().sorted().toList()));
    target.rowMask().ifPresent(mask -> map.put("rowMask", mask));
    return map;
  }

  private static Map<String, Object> toMap(LayerVectors vectors) {
    return Map.of("width", vectors.width(), "values", vectors.values());
  }
}
