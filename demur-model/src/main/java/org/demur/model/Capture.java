package org.demur.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
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
    int start = 0;
    while (start < tokens.length) {
      int row = rowOfToken[tokens[start]];
      int end = start;
      List<Integer> kept = new ArrayList<>();
      while (end < tokens.length && rowOfToken[tokens[end]] == row) {
        if (wanted[tokens[end]]) {
          kept.add(end);
        }
        end++;
      }
      if (!kept.isEmpty()) {
        keep(point, row, value, tokens, kept);
      }
      start = end;
    }
    return value;
  }

  private void keep(HookPoint point, int row, Tensor value, int[] tokens, List<Integer> kept) {
    int[] places = kept.stream().mapToInt(Integer::intValue).toArray();
    int[] keptPositions = kept.stream().mapToInt(place -> positions[tokens[place]]).toArray();
    try (Scope step = Scope.open()) {
      // neighbours, and single tokens above all, are copied without a list of indices: of every
      // layer that is noticed in a short prefill
      boolean neighbours = places[places.length - 1] - places[0] == places.length - 1;
      Tensor part =
          neighbours
              ? value.narrow(0, places[0], places.length).copy()
              : value.indexSelect(0, Tensors.ofInts(places, value.device()));
      activations.add(point, new Activations.Part(row, keptPositions, owner.adopt(part)));
    }
  }
}
