package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.model.config.Architecture;
import org.demur.model.config.RopeSpec;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// What all blocks share during one pass: tokens, groups of rows, angles, masks, hooks, cache.
final class Step {
  private record MaskKey(int firstRow, int firstQuery, int queries, int firstKey, int window) {}

  private final Scope pass;
  private final TokenBatch batch;
  private final List<TokenBatch.Group> groups;
  private final int[] tokens;
  private final Hooks hooks;
  private final Optional<KvCache> cache;
  private @Nullable Tensor slots;
  private final List<Rotary> rotaries;
  private final Device device;
  private boolean training;
  private final Map<MaskKey, Tensor> masks = new HashMap<>();

  /// @param pass scope of the whole pass, which owns what blocks share
  Step(
      Scope pass,
      Architecture architecture,
      TokenBatch batch,
      Hooks hooks,
      Optional<KvCache> cache,
      Device device) {
    this.pass = pass;
    this.batch = batch;
    this.groups = batch.groups();
    this.tokens = IntStream.range(0, batch.tokenCount()).toArray();
    this.hooks = hooks;
    this.cache = cache;
    this.device = device;
    cache.ifPresent(held -> held.prepare(batch));
    this.rotaries = rotaries(architecture.ropes());
  }

  private List<Rotary> rotaries(List<RopeSpec> ropes) {
    int[] rows = batch.rowOfToken();
    int[] lengths = new int[rows.length];
    for (int token = 0; token < rows.length; token++) {
      lengths[token] = batch.past()[rows[token]] + batch.lengths()[rows[token]];
    }
    List<Rotary> made = new ArrayList<>();
    for (RopeSpec rope : ropes) {
      made.add(Rotary.of(rope, batch.positions(), lengths, pass, device));
    }
    return made;
  }

  /// Says that gradients are wanted, also while a block is run without recording them.
  Step forTraining() {
    training = true;
    return this;
  }

  boolean training() {
    return training;
  }

  TokenBatch batch() {
    return batch;
  }

  /// Packed indices of all tokens.
  int[] tokens() {
    return tokens;
  }

  List<TokenBatch.Group> groups() {
    return groups;
  }

  Optional<KvCache> cache() {
    return cache;
  }

  Tensor slots() {
    if (slots == null) {
      slots = pass.adopt(cache.orElseThrow().slots(batch));
    }
    return slots;
  }

  Rotary rotary(int index) {
    return rotaries.get(index);
  }

  boolean wants(HookSite site, int layer) {
    return hooks.wants(site, layer);
  }

  /// Lets the hooks read and edit a value of all tokens.
  Tensor hook(HookSite site, int layer, Tensor value) {
    return hooks.wants(site, layer) ? hooks.at(site, layer, value, tokens) : value;
  }

  /// Lets the hooks read and edit a value of all tokens, which they may change itself.
  Tensor hookInPlace(HookSite site, int layer, Tensor value) {
    return hookInPlace(site, layer, value, tokens);
  }

  /// Lets the hooks read and edit a value of some tokens, which they may change itself.
  Tensor hookInPlace(HookSite site, int layer, Tensor value, int[] some) {
    return hooks.wants(site, layer) ? hooks.inPlace(site, layer, value, some) : value;
  }

  /// Whether the hooks change this value itself and know the way back of a gradient.
  boolean knowsWayBack(HookSite site, int layer, Tensor value) {
    return hooks.knowsWayBack(site, layer, value);
  }

  /// Lets a gradient of all tokens go back through the edits of a value, in its own memory.
  void backInPlace(HookSite site, int layer, Tensor gradient) {
    hooks.backInPlace(site, layer, gradient, tokens);
  }

  /// Lets the hooks read and edit a value of some tokens.
  Tensor hook(HookSite site, int layer, Tensor value, int[] some) {
    return hooks.wants(site, layer) ? hooks.at(site, layer, value, some) : value;
  }

  /// True where a key is hidden from a query; empty when every query of the range sees every key.
  ///
  /// **Shapes**: `[row or 1, 1, query, key]`.
  Optional<Tensor> mask(
      TokenBatch.Group group, int firstQuery, int queries, int firstKey, int keys, int window) {
    boolean uniform = group.samePast();
    if (queries == 1 && uniform && (window == 0 || keys <= window)) {
      return Optional.empty();
    }
    MaskKey key = new MaskKey(group.firstRow(), firstQuery, queries, firstKey, window);
    Tensor known = masks.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    int rows = uniform ? 1 : group.rows();
    boolean[] hidden = new boolean[rows * queries * keys];
    int cell = 0;
    for (int row = 0; row < rows; row++) {
      for (int query = 0; query < queries; query++) {
        int place = group.past()[row] + firstQuery + query;
        for (int k = firstKey; k < firstKey + keys; k++) {
          hidden[cell++] = k > place || (window > 0 && k <= place - window);
        }
      }
    }
    Tensor made = pass.adopt(Tensors.ofBooleans(hidden, device, rows, 1, queries, keys));
    masks.put(key, made);
    return Optional.of(made);
  }
}
