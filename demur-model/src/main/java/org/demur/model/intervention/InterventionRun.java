package org.demur.model.intervention;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.TokenBatch;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.model.hook.Positions;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Carries out the plans of the rows of a batch over one pass or many, and keeps the receipts.
///
/// Before each pass [#begin] says which tokens are in it. Equal interventions of several rows are
/// computed together. Close it to free the vectors and sums.
public final class InterventionRun implements Hooks, AutoCloseable {
  /// One intervention of the plans and the rows that have it.
  private final class Entry {
    final int index;
    final Intervention intervention;
    final Set<Integer> rows = new TreeSet<>();
    final List<HookPoint> points;
    final Editor editor;
    final ReceiptBook book;

    Entry(int index, Intervention intervention) {
      this.index = index;
      this.intervention = intervention;
      points = intervention.target().hookPoints(nLayers);
      editor = new Editor(intervention, device, scope);
      book = new ReceiptBook(scope, device, points);
    }
  }

  /// Tokens of a value that an intervention touches.
  ///
  /// @param places indices into the first axis of the value
  /// @param rows rows that they belong to
  /// @param index `places` on the device
  private record Selection(int[] places, int rows, Tensor index) {}

  private final Scope scope = Scope.detached();
  private final int nLayers;
  private final Device device;
  private final List<Positions.Row> rows;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<HookSite, List<List<Entry>>> bySite = new EnumMap<>(HookSite.class);
  private final Map<Entry, Map<Integer, Selection>> selections = new HashMap<>();
  private int[] rowOfToken = {};
  private int[] positions = {};
  private int executedBlocks;
  private boolean reachedHead;

  /// Prepares the plans for a batch.
  ///
  /// @param plans one per row, or a single one for all rows
  /// @param rows what each row says about itself
  /// @param nLayers blocks of the model
  /// @throws ModelException with [ErrorCode#PLAN] for layers that the model does not have, or when
  ///   there are neither one nor as many plans as rows
  public InterventionRun(List<Plan> plans, List<Positions.Row> rows, int nLayers, Device device) {
    this.nLayers = nLayers;
    this.device = device;
    this.rows = List.copyOf(rows);
    if (plans.size() != 1 && plans.size() != rows.size()) {
      throw new ModelException(
          ErrorCode.PLAN,
          "%d plans for %d rows; give one, or one for each row"
              .formatted(plans.size(), rows.size()));
    }
    try {
      collect(plans);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private void collect(List<Plan> plans) {
    int longest = plans.stream().mapToInt(plan -> plan.interventions().size()).max().orElse(0);
    for (int index = 0; index < longest; index++) {
      Map<Intervention, Entry> equal = new LinkedHashMap<>();
      for (int row = 0; row < rows.size(); row++) {
        List<Intervention> own = plans.get(plans.size() == 1 ? 0 : row).interventions();
        if (index < own.size()) {
          int place = index;
          Entry entry =
              equal.computeIfAbsent(own.get(index), intervention -> new Entry(place, intervention));
          if (own.get(index).target().includesRow(row)) {
            entry.rows.add(row);
          }
        }
      }
      entries.addAll(equal.values());
    }
    for (Entry entry : entries) {
      for (HookPoint point : entry.points) {
        List<List<Entry>> layers = bySite.computeIfAbsent(point.site(), this::emptyLayers);
        layers.get(point.layer()).add(entry);
      }
    }
  }

  private List<List<Entry>> emptyLayers(HookSite site) {
    List<List<Entry>> layers = new ArrayList<>();
    for (int layer = 0; layer < (site.perBlock() ? nLayers : 1); layer++) {
      layers.add(new ArrayList<>());
    }
    return layers;
  }

  /// Says which tokens the next pass runs.
  ///
  /// @param batch the tokens
  /// @param batchRows row of this run that each row of `batch` is
  /// @param blocks blocks that the pass runs
  /// @param head whether it goes on to final norm and logits
  public void begin(TokenBatch batch, int[] batchRows, int blocks, boolean head) {
    int[] local = batch.rowOfToken();
    rowOfToken = new int[local.length];
    for (int token = 0; token < local.length; token++) {
      rowOfToken[token] = batchRows[local[token]];
    }
    positions = batch.positions();
    executedBlocks = Math.max(executedBlocks, blocks);
    reachedHead |= head;
    forgetSelections();
  }

  private void forgetSelections() {
    selections
        .values()
        .forEach(bySize -> bySize.values().forEach(each -> scope.release(each.index())));
    selections.clear();
  }

  @Override
  public boolean wants(HookSite site, int layer) {
    List<List<Entry>> layers = bySite.get(site);
    return layers != null && !layers.get(layer).isEmpty();
  }

  @Override
  public IntPredicate touched(HookSite site, int layer) {
    List<List<Entry>> layers = bySite.get(site);
    List<Entry> here = layers == null ? List.of() : layers.get(layer);
    return token -> here.stream().anyMatch(entry -> touches(entry, token));
  }

  /// Whether an intervention edits a token of the pass, wherever it acts.
  private boolean touches(Entry entry, int token) {
    int row = rowOfToken[token];
    return entry.rows.contains(row)
        && entry.intervention.target().positions().includes(rows.get(row), positions[token]);
  }

  @Override
  public Tensor at(HookSite site, int layer, Tensor value, int[] tokens) {
    List<List<Entry>> layers = bySite.get(site);
    if (layers == null) {
      return value;
    }
    HookPoint point = HookPoint.of(site, layer);
    Tensor current = value;
    for (Entry entry : layers.get(layer)) {
      current = apply(entry, point, current, tokens);
    }
    return current;
  }

  @Override
  public Tensor inPlace(HookSite site, int layer, Tensor value, int[] tokens) {
    List<List<Entry>> layers = bySite.get(site);
    if (layers == null) {
      return value;
    }
    HookPoint point = HookPoint.of(site, layer);
    Tensor current = value;
    for (Entry entry : layers.get(layer)) {
      if (current == value && InPlaceEdit.suits(entry.intervention, layer, value)) {
        Selection selection = select(entry, tokens);
        if (selection.places().length > 0) {
          entry.book.note(
              point,
              selection.places().length,
              InPlaceEdit.apply(entry.intervention, layer, value, selection.places()));
        }
      } else {
        current = apply(entry, point, current, tokens);
      }
    }
    return current;
  }

  @Override
  public boolean knowsWayBack(HookSite site, int layer, Tensor value) {
    List<List<Entry>> layers = bySite.get(site);
    return layers != null
        && layers.get(layer).stream()
            .allMatch(entry -> InPlaceEdit.suits(entry.intervention, layer, value));
  }

  @Override
  public void backInPlace(HookSite site, int layer, Tensor gradient, int[] tokens) {
    List<List<Entry>> layers = bySite.get(site);
    for (Entry entry : layers == null ? List.<Entry>of() : layers.get(layer).reversed()) {
      int[] places = select(entry, tokens).places();
      if (places.length > 0) {
        InPlaceEdit.back(entry.intervention, layer, gradient, places);
      }
    }
  }

  private Tensor apply(Entry entry, HookPoint point, Tensor value, int[] tokens) {
    Selection selection = select(entry, tokens);
    if (selection.places().length == 0) {
      return value;
    }
    boolean all = selection.places().length == tokens.length;
    try (Scope step = Scope.open()) {
      Tensor touched = all ? value : value.indexSelect(0, selection.index());
      Tensor old = Editor.flat(touched);
      Tensor changed = entry.editor.edit(old, point, selection.rows());
      entry.book.note(point, old, changed, entry.editor.unit(old, point));
      long[] shape = touched.shape().stream().mapToLong(Long::longValue).toArray();
      Tensor shaped = changed.reshape(shape).to(value.dtype());
      return step.keep(all ? shaped.alias() : value.indexCopy(0, selection.index(), shaped));
    }
  }

  /// Selections are kept for the whole pass when the value holds all of its tokens.
  private Selection select(Entry entry, int[] tokens) {
    boolean whole = tokens.length == rowOfToken.length;
    Map<Integer, Selection> known = selections.computeIfAbsent(entry, key -> new HashMap<>());
    int key = whole ? -1 : tokens[0];
    Selection found = known.get(key);
    if (found != null && (whole || found.places().length == 0)) {
      return found;
    }
    List<Integer> places = new ArrayList<>();
    Set<Integer> touchedRows = new TreeSet<>();
    for (int place = 0; place < tokens.length; place++) {
      if (touches(entry, tokens[place])) {
        places.add(place);
        touchedRows.add(rowOfToken[tokens[place]]);
      }
    }
    int[] array = places.stream().mapToInt(Integer::intValue).toArray();
    try (Scope step = Scope.open()) {
      Selection made =
          new Selection(array, touchedRows.size(), scope.adopt(Tensors.ofInts(array, device)));
      Selection old = known.put(key, made);
      if (old != null) {
        scope.release(old.index());
      }
      return made;
    }
  }

  /// The receipts of everything that was declared.
  ///
  /// @throws ModelException with [ErrorCode#INTERVENTION_UNUSED] when an intervention touched no
  ///   token, or a hook point that the passes went through was never edited
  public List<Receipt> receipts() {
    List<Receipt> receipts = new ArrayList<>();
    for (Entry entry : entries) {
      List<HookPoint> silent = entry.book.untouched().stream().filter(this::passed).toList();
      if (entry.book.tokens() == 0 || !silent.isEmpty()) {
        HookPoint example = silent.isEmpty() ? entry.points.getFirst() : silent.getFirst();
        throw new ModelException(
            ErrorCode.INTERVENTION_UNUSED,
            "intervention %d (%s) touched no token at %s: positions %s, %d rows selected, %d of %d blocks run"
                .formatted(
                    entry.index,
                    entry.intervention.label(),
                    example,
                    entry.intervention.target().positions(),
                    entry.rows.size(),
                    executedBlocks,
                    nLayers));
      }
      receipts.addAll(entry.book.receipts(entry.intervention.label(), entry.index));
    }
    return receipts;
  }

  private boolean passed(HookPoint point) {
    return switch (point.site()) {
      case FINAL_NORM, LOGITS -> reachedHead;
      case EMBED -> true;
      default -> point.layer() < executedBlocks;
    };
  }

  /// Frees vectors and sums.
  @Override
  public void close() {
    scope.close();
  }
}
