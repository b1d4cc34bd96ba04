package org.demur.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.demur.attacks.DirectionSearch;
import org.demur.core.ErrorCode;
import org.demur.model.Usage;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;

/// ReFAT, and plain refusal training, which is ReFAT without ablation.
///
/// **Source.** Refusal feature adversarial training (Yu et al. 2024, arXiv 2409.20089).
final class RefatMethod implements Method {
  private static final String DIRECTIONS = "directions";
  private static final String MEANS = "harmlessMeans";
  private static final String SUBSPACES = "subspaces";

  private final Context context;
  private final TrainingSettings settings;
  private final Optional<RefatSettings> refat;
  private final DataOrder harmfulOrder;
  private final DataOrder utilityOrder;
  private final Optional<DirectionSource> directions;
  private final Optional<OpenedRows> openers;
  private final ReplyPasses passes;

  /// @param refat how rows are ablated; empty for plain refusal training
  /// @throws TrainException when there are no harmless prompts to compute directions against, or no
  ///   openers where rows are to come behind them
  RefatMethod(Context context, Optional<RefatSettings> refat) {
    this.context = context;
    this.settings = context.settings();
    this.refat = refat;
    harmfulOrder = context.harmfulOrder();
    utilityOrder = context.utilityOrder();
    if (refat.isPresent() && context.data().harmless().isEmpty()) {
      throw new TrainException(
          ErrorCode.USAGE, "ReFAT needs harmless prompts to compute directions against");
    }
    directions = refat.map(given -> new DirectionSource(context, given));
    openers = refat.filter(given -> given.opened() > 0).map(given -> new OpenedRows(context));
    passes = new ReplyPasses(context.model(), settings.arithmetic(), context.workers());
  }

  @Override
  public StepGradients gradients(int step) {
    int each = settings.rowsPerSide();
    long first = (long) step * each;
    List<TrainingRow> harmful = opened(harmfulOrder.deal(first, each), 2 * first);
    List<TrainingRow> utility = opened(utilityOrder.deal(first, each), 2 * first + each);
    AblatedRows ablated = ablated(step);
    Optional<LayerDirections> current = directions.map(source -> source.at(step));
    ReplyPasses.Computed computed =
        passes.gradients(parts(step, harmful, utility, ablated, current));
    return new StepGradients(
        computed.loss(),
        ablated.count(),
        computed.receipts(),
        new StepGradients.Preparation(
            directions.map(DirectionSource::spent).orElse(Usage.NONE),
            directions.map(DirectionSource::spentNanos).orElse(0L)));
  }

  /// The rows, some of them behind an opener: helpful ones as often as refusals, or an opener alone
  /// would be a reason to refuse.
  ///
  /// @param first number of the first of them among all that are ever dealt
  private List<TrainingRow> opened(List<TrainingRow> rows, long first) {
    if (openers.isEmpty()) {
      return rows;
    }
    double share = refat.map(RefatSettings::opened).orElse(0.0);
    List<TrainingRow> some = new ArrayList<>();
    for (TrainingRow row : rows) {
      long number = first + some.size();
      boolean chosen =
          context.streams().of(RandomStreams.Purpose.OPENED, number).nextDouble() < share;
      some.add(chosen ? openers.get().before(row, number) : row);
    }
    return some;
  }

  /// Which of the step's rows are ablated and how: draws of each kind for each row, harmful rows
  /// first, whether it is chosen or not.
  ///
  /// Every row has a source of its own, where an attacker would look for one: a model that sees one
  /// source for a whole step forgets the others meanwhile.
  private AblatedRows ablated(int step) {
    RefatSettings.Share share =
        refat.map(RefatSettings::share).orElse(new RefatSettings.Share(0, 0));
    AblationForm form = refat.map(RefatSettings::form).orElse(AblationForm.PER_LAYER);
    SplittableRandom masks = context.streams().of(RandomStreams.Purpose.MASKS, step);
    SplittableRandom forms = context.streams().of(RandomStreams.Purpose.FORMS, step);
    int first = DirectionSearch.firstLayer(context.nLayers());
    int last = DirectionSearch.lastLayer(context.nLayers());
    List<Optional<RowAblation>> rows = new ArrayList<>();
    for (int row = 0; row < 2 * settings.rowsPerSide(); row++) {
      double wanted = row < settings.rowsPerSide() ? share.harmful() : share.utility();
      int source = form.source(forms, first, last, context.nLayers() - 1);
      int width = forms.nextInt(1, 3) * 2;
      RowAblation drawn = form.drawn(forms, source, width);
      rows.add(masks.nextDouble() < wanted ? Optional.of(drawn) : Optional.empty());
    }
    return new AblatedRows(rows);
  }

  private List<TrainingSession.Part> parts(
      int step,
      List<TrainingRow> harmful,
      List<TrainingRow> utility,
      AblatedRows ablated,
      Optional<LayerDirections> current) {
    int each = settings.rowsPerSide();
    List<TrainingSession.Part> parts = new ArrayList<>();
    for (int part = 0; part < settings.parts(); part++) {
      StepParts.Range first = StepParts.harmful(part, settings);
      StepParts.Range second = StepParts.utility(part, settings);
      List<TrainingRow> rows = new ArrayList<>(harmful.subList(first.from(), first.to()));
      rows.addAll(utility.subList(second.from(), second.to()));
      AblatedRows some =
          ablated.part(
              new int[] {first.from(), first.to()},
              new int[] {each + second.from(), each + second.to()});
      long index = (long) step * settings.parts() + part;
      parts.add(
          new TrainingSession.Part(
              rows,
              current.map(known -> plans(known, some)).orElse(List.of()),
              context.streams().seedOf(RandomStreams.Purpose.DROPOUT, index)));
    }
    return parts;
  }

  private List<Plan> plans(LayerDirections known, AblatedRows ablated) {
    AblationMode mode = refat.map(RefatSettings::mode).orElse(AblationMode.ZERO);
    Positions positions = refat.map(RefatSettings::positions).orElse(Positions.ALL);
    return known.plans(ablated, context.nLayers(), mode, positions);
  }

  @Override
  public SequencedMap<String, LayerVectors> state() {
    SequencedMap<String, LayerVectors> state = new LinkedHashMap<>();
    directions
        .flatMap(DirectionSource::current)
        .ifPresent(
            known -> {
              state.put(DIRECTIONS, known.directions());
              state.put(MEANS, known.harmlessMeans());
              state.put(SUBSPACES, known.subspaces());
            });
    return state;
  }

  @Override
  public void continueWith(Map<String, LayerVectors> state) {
    LayerVectors known = state.get(DIRECTIONS);
    LayerVectors means = state.get(MEANS);
    LayerVectors subspaces = state.get(SUBSPACES);
    if (known != null && means != null && subspaces != null) {
      LayerDirections all = new LayerDirections(known, means, subspaces);
      directions.ifPresent(source -> source.continueWith(all));
    }
  }
}
