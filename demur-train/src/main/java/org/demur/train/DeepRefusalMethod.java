package org.demur.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.demur.core.ErrorCode;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// DeepRefusal: refusals are learnt while one direction is taken away at random tokens and places.
///
/// A harmful row comes in two forms, with the refusal right after the prompt and with an opener
/// between the two. Cross-entropy is summed over the tokens of a row. Places and tokens are drawn
/// before a pass, which carries them as its plan: recomputation ablates the same.
final class DeepRefusalMethod implements Method {
  private static final String DIRECTION = "direction";
  private static final List<HookSite> SITES =
      List.of(HookSite.RESID_PRE, HookSite.ATTN_OUT, HookSite.MLP_OUT);

  private final Context context;
  private final DeepRefusalSettings settings;
  private final DataOrder harmfulOrder;
  private final DataOrder utilityOrder;
  private final ReplyPasses passes;
  private Optional<LayerVectors> direction;

  /// @throws TrainException when there are no openers, or no harmless prompts for the direction
  DeepRefusalMethod(Context context, DeepRefusalSettings settings) {
    this.context = context;
    this.settings = settings;
    this.direction = settings.direction();
    if (direction.isEmpty() && context.data().harmless().isEmpty()) {
      throw new TrainException(
          ErrorCode.TRAINING_DATA,
          "DeepRefusal needs harmless prompts to compute a direction against");
    }
    OpenedRows openers = new OpenedRows(context);
    List<TrainingRow> harmful = new ArrayList<>(context.data().harmful());
    for (TrainingRow row : context.data().harmful()) {
      harmful.add(openers.before(row, harmful.size()));
    }
    harmfulOrder = new DataOrder(harmful, context.streams(), RandomStreams.Purpose.HARMFUL_ORDER);
    utilityOrder = context.utilityOrder();
    passes = new ReplyPasses(context.model(), context.settings().arithmetic(), context.workers());
  }

  @Override
  public StepGradients gradients(int step) {
    Timed timed = new Timed(context.model());
    LayerVectors known = direction.orElseGet(this::computed);
    direction = Optional.of(known);
    StepGradients.Preparation preparation = timed.preparation();
    int each = context.settings().rowsPerSide();
    List<TrainingRow> harmful = harmfulOrder.deal((long) step * each, each);
    List<TrainingRow> utility = utilityOrder.deal((long) step * each, each);
    List<TrainingSession.Part> parts = new ArrayList<>();
    int count = context.settings().parts();
    for (int part = 0; part < count; part++) {
      StepParts.Range first = StepParts.harmful(part, context.settings());
      StepParts.Range second = StepParts.utility(part, context.settings());
      List<TrainingRow> rows = new ArrayList<>(harmful.subList(first.from(), first.to()));
      rows.addAll(utility.subList(second.from(), second.to()));
      long index = (long) step * count + part;
      long seed = context.streams().seedOf(RandomStreams.Purpose.DROPOUT, index);
      parts.add(new TrainingSession.Part(rows, plans(rows, index, known), seed));
    }
    LossWeighting.Shares shares =
        new LossWeighting.Shares(
            settings.harmfulShare() / each, (1 - settings.harmfulShare()) / each);
    ReplyPasses.Computed computed = passes.gradients(parts, shares);
    int edited =
        (int)
            parts.stream()
                .flatMap(part -> part.plans().stream())
                .filter(plan -> !plan.interventions().isEmpty())
                .count();
    return new StepGradients(computed.loss(), edited, computed.receipts(), preparation);
  }

  /// The difference in means at the source layer, of the model as it is.
  private LayerVectors computed() {
    RefatSettings once =
        RefatSettings.PUBLISHED
            .withControl(DirectionControl.FROZEN)
            .refreshing(1, settings.prompts());
    int layer = (int) (settings.sourceDepth() * context.nLayers());
    LayerDirections found = new DirectionSource(context, once).at(0);
    for (int candidate = layer; candidate < context.nLayers(); candidate++) {
      float[] vector = found.directions().at(candidate);
      for (float number : vector) {
        if (number != 0) {
          return LayerVectors.same(vector);
        }
      }
    }
    throw new TrainException(
        ErrorCode.CHECK_FAILED,
        "harmful and harmless prompts have the same mean from layer %d on, so there is no direction"
            .formatted(layer));
  }

  /// The edits of a pass, drawn place by place: first whether a place ablates, then its tokens.
  ///
  /// @param index of the pass among all passes of the run
  /// @return one plan for each row, or none when nothing is ablated
  List<Plan> plans(List<TrainingRow> rows, long index, LayerVectors known) {
    SplittableRandom random = context.streams().of(RandomStreams.Purpose.MASKS, index);
    List<List<Intervention>> edits = new ArrayList<>();
    rows.forEach(row -> edits.add(new ArrayList<>()));
    for (int layer = 0; layer < context.nLayers(); layer++) {
      for (HookSite site : SITES) {
        if (random.nextDouble() < settings.gate()) {
          for (int row = 0; row < rows.size(); row++) {
            List<Integer> tokens = drawn(rows.get(row).prompt().length(), random);
            if (!tokens.isEmpty()) {
              edits.get(row).add(ablation(HookPoint.of(site, layer), tokens, known));
            }
          }
        }
      }
    }
    return edits.stream().allMatch(List::isEmpty)
        ? List.of()
        : edits.stream().map(Plan::new).toList();
  }

  private List<Integer> drawn(int length, SplittableRandom random) {
    List<Integer> tokens = new ArrayList<>();
    for (int token = 0; token < length; token++) {
      if (random.nextDouble() < settings.token()) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  private static Intervention ablation(
      HookPoint point, List<Integer> tokens, LayerVectors direction) {
    Target target =
        Target.everywhere(point.site()).inLayers(point.layer()).at(new Positions.Explicit(tokens));
    return new DirectionalAblation(target, direction);
  }

  @Override
  public SequencedMap<String, LayerVectors> state() {
    SequencedMap<String, LayerVectors> state = new LinkedHashMap<>();
    direction.ifPresent(known -> state.put(DIRECTION, known));
    return state;
  }

  @Override
  public void continueWith(Map<String, LayerVectors> state) {
    direction = Optional.ofNullable(state.get(DIRECTION)).or(() -> direction);
  }
}
