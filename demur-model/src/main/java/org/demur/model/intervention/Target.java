package org.demur.model.intervention;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;

/// Where an intervention applies.
///
/// @param sites kinds of places
/// @param layers blocks, or empty for all; ignored for sites outside of the blocks
/// @param positions tokens of a row
/// @param rows rows of the batch, or empty for all
/// @param rowMask for each row of the batch whether it is edited, or empty for all; rows must pass
///   both selections
public record Target(
    Set<HookSite> sites,
    Optional<List<Integer>> layers,
    Positions positions,
    Optional<Set<Integer>> rows,
    Optional<List<Boolean>> rowMask) {

  /// Copies the collections; sites must not be empty.
  public Target {
    if (sites.isEmpty()) {
      throw new ModelException(ErrorCode.PLAN, "an intervention needs at least one hook site");
    }
    sites = Set.copyOf(sites);
    layers = layers.map(List::copyOf);
    rows = rows.map(Set::copyOf);
    rowMask = rowMask.map(List::copyOf);
  }

  /// One site in all blocks, all positions, all rows.
  public static Target everywhere(HookSite... sites) {
    return new Target(
        Set.of(sites), Optional.empty(), Positions.ALL, Optional.empty(), Optional.empty());
  }

  /// Block input, attention output and MLP output of every block: where directional ablation acts
  /// in Arditi et al. 2024.
  public static Target residualStream() {
    return everywhere(HookSite.RESID_PRE, HookSite.ATTN_OUT, HookSite.MLP_OUT);
  }

  /// The same target in the given blocks.
  public Target inLayers(Integer... chosen) {
    return new Target(sites, Optional.of(List.of(chosen)), positions, rows, rowMask);
  }

  /// The same target at other positions.
  public Target at(Positions chosen) {
    return new Target(sites, layers, chosen, rows, rowMask);
  }

  /// The same target in the given rows.
  public Target inRows(Integer... chosen) {
    return new Target(sites, layers, positions, Optional.of(Set.of(chosen)), rowMask);
  }

  /// The same target in the rows that are true.
  public Target masked(List<Boolean> mask) {
    return new Target(sites, layers, positions, rows, Optional.of(mask));
  }

  /// Whether a row of the batch is meant.
  public boolean includesRow(int row) {
    return rows.map(chosen -> chosen.contains(row)).orElse(true)
        && rowMask.map(mask -> row < mask.size() && mask.get(row)).orElse(true);
  }

  /// The hook points that are meant in a model of `nLayers` blocks, in forward order.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] for a layer that the model does not have
  public List<HookPoint> hookPoints(int nLayers) {
    TreeSet<HookPoint> points = new TreeSet<>();
    for (HookSite site : sites) {
      if (!site.perBlock()) {
        points.add(HookPoint.of(site));
        continue;
      }
      if (layers.isEmpty()) {
        points.addAll(HookPoint.inAllBlocks(site, nLayers));
        continue;
      }
      for (int layer : layers.get()) {
        if (layer < 0 || layer >= nLayers) {
          throw new ModelException(
              ErrorCode.PLAN,
              "layer %d is edited, but the model has layers 0 to %d".formatted(layer, nLayers - 1));
        }
        points.add(HookPoint.of(site, layer));
      }
    }
    return List.copyOf(points);
  }
}
