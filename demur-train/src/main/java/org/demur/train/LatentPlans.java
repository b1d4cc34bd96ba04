package org.demur.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.demur.attacks.LatentPerturbation;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// The perturbations of a few requests, which several updates are taken against.
///
/// @param pairs for each request, the vectors by the block at whose input they are added,
///   `[position, dModel]` from the first token on
/// @param loss of the inner attack before its last step
record LatentPlans(List<SequencedMap<Integer, LayerVectors>> pairs, double loss) {
  private static final String NAME = "perturbation";
  private static final String LOSS = "attackLoss";

  LatentPlans {
    pairs = List.copyOf(pairs);
  }

  /// What the attack found. Prompts only are perturbed, so both rows of a request share a plan.
  static LatentPlans of(List<LatentPerturbation.Perturbed> found) {
    List<SequencedMap<Integer, LayerVectors>> pairs = new ArrayList<>();
    for (LatentPerturbation.Perturbed each : found) {
      SequencedMap<Integer, LayerVectors> byBlock = new LinkedHashMap<>();
      for (Intervention edit : each.toward().interventions()) {
        int block = edit.target().layers().orElseThrow().getFirst();
        byBlock.put(block, edit.vectors().orElseGet(() -> ((ActivationAddition) edit).vector()));
      }
      pairs.add(byBlock);
    }
    double loss = found.stream().mapToDouble(each -> each.losses().getLast()).average().orElse(0);
    // rounded as checkpoints keep it
    return new LatentPlans(pairs, (float) loss);
  }

  /// One plan for each request.
  List<Plan> plans() {
    List<Plan> plans = new ArrayList<>();
    for (SequencedMap<Integer, LayerVectors> byBlock : pairs) {
      List<Intervention> edits = new ArrayList<>();
      byBlock.forEach(
          (block, vectors) ->
              edits.add(
                  new ActivationAddition(
                      Target.everywhere(HookSite.RESID_PRE)
                          .inLayers(block)
                          .at(
                              new Positions.Explicit(
                                  IntStream.range(0, vectors.count()).boxed().toList())),
                      vectors,
                      1,
                      true)));
      plans.add(new Plan(edits));
    }
    return plans;
  }

  /// For a checkpoint.
  SequencedMap<String, LayerVectors> state() {
    SequencedMap<String, LayerVectors> state = new LinkedHashMap<>();
    for (int pair = 0; pair < pairs.size(); pair++) {
      String prefix = NAME + "." + pair + ".";
      pairs.get(pair).forEach((block, vectors) -> state.put(prefix + block, vectors));
    }
    state.put(LOSS, LayerVectors.same((float) loss));
    return state;
  }

  /// From a checkpoint.
  ///
  /// @param requests how many are perturbed
  /// @param blocks at whose inputs, rising
  static LatentPlans of(Map<String, LayerVectors> state, int requests, List<Integer> blocks) {
    List<SequencedMap<Integer, LayerVectors>> pairs = new ArrayList<>();
    for (int pair = 0; pair < requests; pair++) {
      SequencedMap<Integer, LayerVectors> byBlock = new LinkedHashMap<>();
      for (int block : blocks) {
        LayerVectors vectors = state.get(NAME + "." + pair + "." + block);
        if (vectors != null) {
          byBlock.put(block, vectors);
        }
      }
      pairs.add(byBlock);
    }
    LayerVectors loss = state.get(LOSS);
    return new LatentPlans(pairs, loss == null ? Double.NaN : loss.at(0)[0]);
  }
}
