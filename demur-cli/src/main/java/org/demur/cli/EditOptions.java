package org.demur.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.demur.model.config.ModelException;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.PlanJson;
import org.demur.model.intervention.Target;
import org.demur.model.intervention.VectorIo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Edits of the residual stream; shared by `generate` and `chat`.
final class EditOptions {
  private static final Pattern ADDITION =
      Pattern.compile("(.+)@(\\d{1,6})\\*([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)");
  private static final Pattern INDICES = Pattern.compile("-?\\d{1,9}(?:,-?\\d{1,9})*");

  @Option(
      names = "--ablate",
      paramLabel = "FILE[:key]",
      description =
          "Remove the projection on a direction of a .safetensors file from the whole residual"
              + " stream; may be repeated.")
  private List<String> ablations = List.of();

  @Option(
      names = "--add",
      paramLabel = "FILE[:key]@LAYER*C",
      description = "Add C times a vector at the input of block LAYER; may be repeated.")
  private List<String> additions = List.of();

  @Option(
      names = "--positions",
      paramLabel = "WHICH",
      description =
          "Tokens that --ablate and --add touch: all, prompt, last-prompt, t-inst, generated, or"
              + " numbers such as 0,-1 (default: all).")
  private @Nullable String positions;

  @Option(
      names = "--plan",
      paramLabel = "FILE.json",
      description = "More edits, as a plan; they come after the others.")
  private @Nullable Path plan;

  /// The edits in their order: ablations, additions, those of the plan.
  Plan plan() {
    if (positions != null && ablations.isEmpty() && additions.isEmpty()) {
      throw CliException.usage(
          "--positions says where --ablate and --add act, and there is neither");
    }
    Positions where = positions == null ? Positions.ALL : positions(positions);
    List<Intervention> edits = new ArrayList<>();
    for (String ablation : ablations) {
      edits.add(new DirectionalAblation(Target.residualStream().at(where), vectors(ablation)));
    }
    for (String addition : additions) {
      edits.add(addition(addition, where));
    }
    if (plan != null) {
      edits.addAll(read(plan).interventions());
    }
    return new Plan(edits);
  }

  /// A plan in a file; vector files that it names are relative to its folder.
  private static Plan read(Path file) {
    return PlanJson.read(file.toString(), InputFiles.read(file), filesBeside(file));
  }

  /// Vector files that a document names, relative to the folder of the document.
  static PlanJson.VectorFiles filesBeside(Path document) {
    return (name, key) -> VectorIo.read(document.resolveSibling(name), key);
  }

  private static Intervention addition(String text, Positions where) {
    Matcher parts = ADDITION.matcher(text);
    if (!parts.matches()) {
      throw CliException.usage(
          "--add takes FILE[:key]@LAYER*COEFFICIENT, as in steer.safetensors:refusal@12*-1.5; got \""
              + text
              + "\"");
    }
    Target target =
        Target.everywhere(HookSite.RESID_PRE).inLayers(Integer.parseInt(parts.group(2))).at(where);
    return new ActivationAddition(
        target, vectors(parts.group(1)), Double.parseDouble(parts.group(3)));
  }

  private static Positions positions(String text) {
    if (INDICES.matcher(text).matches()) {
      return Positions.at(
          Arrays.stream(text.split(",")).map(Integer::valueOf).toArray(Integer[]::new));
    }
    try {
      return Positions.parse(text);
    } catch (ModelException e) {
      throw CliException.usage(e.getMessage() + ", or numbers such as 0,-1");
    }
  }

  /// A file, or a file and a key after the last colon; a file whose name has a colon wins.
  private static LayerVectors vectors(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || exists(text)) {
      return VectorIo.read(Path.of(text), Optional.empty());
    }
    return VectorIo.read(Path.of(text.substring(0, colon)), Optional.of(text.substring(colon + 1)));
  }

  private static boolean exists(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
