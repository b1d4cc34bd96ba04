package org.demur.model;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.demur.model.decoder.TokenBatch;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.model.hook.Positions;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Keeps the values of some hook points at some tokens; edits nothing.
final class Capture implements Hooks {
  private final Set<HookPoint> points;
  private final Activations activations;
  private final Scope owner;
  private final int[] rowOfToken;
  private final int[] positions;
  private final boolean[] wanted;

  Capture(
      ForwardRequest request,
      List<Prompt> prompts,
      TokenBatch batch,
      int[] batchRows,
      Activations activations,
      Scope owner) {
    this.points = request.capture();
    this.activations = activations;
    this.owner = owner;
    int[] local = batch.rowOfToken();
    rowOfToken = new int[local.length];
    positions = batch.positions();
    wanted = new boolean[local.length];
    Positions selection = request.captureAt();
    for (int token = 0; token < local.length; token++) {
      rowOfToken[token] = batchRows[local[token]];
      wanted[token] = selection.includes(prompts.get(rowOfToken[token]).row(), positions[token]);
    }
  }

  @Override
  public boolean wants(HookSite site, int layer) {
    return points.contains(HookPoint.of(site, layer));
  }

  @Override
  public IntPredicate touched(HookSite site, int layer) {
    return wants(site, layer) ? token -> wanted[token] : token -> false;
  }

  @Override
  public Tensor at(HookSite site, int layer, Tensor value, int[] tokens) {
    HookPoint point = HookPoint.of(site, layer);
    if (!points.contains(point)) {
      return value;
    }
    int[] places = IntStream.range(0, tokens.length).filter(at -> wanted[tokens[at]]).toArray();
    if (places.length > 0) {
      Tensor kept = kept(value, places);
      int first = 0;
      while (first < places.length) {
        int row = rowOfToken[tokens[places[first]]];
        int end = first;
        while (end < places.length && rowOfToken[tokens[places[end]]] == row) {
          end++;
        }
        int[] keptPositions =
            Arrays.stream(places, first, end).map(place -> positions[tokens[place]]).toArray();
        activations.add(point, new Activations.Part(row, keptPositions, kept, first));
        first = end;
      }
    }
    return value;
  }

  /// A copy of some tokens of all rows: one for each row would be felt in a short prefill of which
  /// every layer is read.
  private Tensor kept(Tensor value, int... places) {
    boolean neighbours = places[places.length - 1] - places[0] == places.length - 1;
    try (Scope step = Scope.open()) {
      return owner.adopt(
          neighbours
              ? value.narrow(0, places[0], places.length).copy()
              : value.indexSelect(0, Tensors.ofInts(places, value.device())));
    }
  }
}
