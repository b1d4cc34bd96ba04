package org.demur.model.decoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// A pass whose gradients are wanted, block by block.
///
/// Each block is recorded on its own, from a copy of its input that has no history; [#backward]
/// goes through the blocks from the last to the first and hands the gradient of a block's input to
/// the one before. What a block recorded is freed as soon as its gradient is known. With
/// recomputation nothing is recorded on the way forward, and each block is run again when its turn
/// has come: memory of one block instead of all, for one more pass through them.
///
/// Blocks before the first one that has a marked factor need no gradient and record nothing; the
/// weights of the base are never marked, so no gradient of theirs is computed.
///
/// **Shapes.** Residual stream `[token, dModel]`, hidden states `[head token, dModel]`.
///
/// **Ownership.** Whoever makes it closes it.
public final class RecordedPass implements AutoCloseable {
  /// How a pass is run.
  ///
  /// @param headTokens packed indices of the tokens whose predictions count, rising
  /// @param recompute whether blocks are run again for their gradients
  /// @param dropoutSeed where dropout starts; empty for none
  /// @param traced blocks whose input's gradient is kept
  /// @param read blocks before which the residual stream is kept; the number of blocks stands for
  ///   what leaves the last one. Without head tokens the pass ends at the last of them
  public record Mode(
      int[] headTokens,
      boolean recompute,
      OptionalLong dropoutSeed,
      SortedSet<Integer> traced,
      SortedSet<Integer> read) {
    private boolean headless() {
      return headTokens.length == 0;
    }
  }

  /// The way through one block.
  ///
  /// @param entering without a history; a leaf
  /// @param leaving with the history from `entering`, where libtorch recorded it
  /// @param kept what the block itself kept; with recomputation neither is there
  private record Segment(
      int layer, Tensor entering, Optional<Tensor> leaving, Optional<TrainedBlock.Kept> kept) {}

  private static final List<HookSite> INSIDE_ATTENTION =
      List.of(
          HookSite.Q, HookSite.K, HookSite.V, HookSite.Z, HookSite.ATTN_SCORES, HookSite.PATTERN);

  private final Scope owned = Scope.detached();
  private final Decoder decoder;
  private final Mode mode;
  private final Step step;
  private final boolean ownGradients;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private final Map<Integer, Tensor> traced = new HashMap<>();
  private final Map<Integer, Tensor> read = new HashMap<>();
  private final int run;
  private final Tensor lastResid;
  private final Tensor hidden;

  /// Runs the tokens of a batch.
  ///
  /// @param hooks what edits on the way; with recomputation it is asked again and must then do the
  ///   same
  public RecordedPass(Decoder decoder, TokenBatch batch, Mode mode, Hooks hooks) {
    this.decoder = decoder;
    this.mode = mode;
    try {
      step =
          new Step(owned, decoder.architecture(), batch, hooks, Optional.empty(), decoder.device())
              .forTraining();
      ownGradients = ownGradients(hooks);
      run = mode.headless() ? mode.read().getLast() : decoder.blocks().size();
      lastResid = through(batch);
      hidden = mode.headless() ? lastResid : normed();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// The residual stream behind the last block that is run, without a history.
  private Tensor through(TokenBatch batch) {
    int firstMarked = firstMarked();
    try (Scope pass = Scope.open()) {
      Tensor resid;
      try (Autograd off = Autograd.off()) {
        resid = decoder.embed(batch, step);
      }
      for (int layer = 0; layer < run; layer++) {
        keepRead(layer, resid);
        boolean marked = layer >= firstMarked;
        try (Scope inside = Scope.open();
            Autograd recording = marked && !mode.recompute() ? Autograd.on() : Autograd.off()) {
          Tensor entering =
              marked ? leaf(resid, layer > firstMarked || mode.traced().contains(layer)) : resid;
          Tensor next = marked ? recorded(layer, entering) : unrecorded(layer, entering);
          pass.release(resid);
          resid = inside.keep(next);
        }
      }
      keepRead(run, resid);
      return leaf(resid, true);
    }
  }

  private void keepRead(int boundary, Tensor resid) {
    if (mode.read().contains(boundary)) {
      read.put(boundary, owned.adopt(resid.detach()));
    }
  }

  /// What leaves a block that no gradient is wanted of. A stream that is read comes from the same
  /// arithmetic with and without an adapter, so that an adapter that changes nothing yet moves it
  /// by nothing.
  private Tensor unrecorded(int layer, Tensor entering) {
    if (mode.read().isEmpty() || !ownGradients) {
      return run(layer, entering);
    }
    TrainedBlock.Kept kept = own(layer, entering);
    try {
      return kept.leaving().copy();
    } finally {
      kept.scope().close();
    }
  }

  /// What leaves a block, without a history.
  private Tensor recorded(int layer, Tensor entering) {
    if (ownGradients) {
      TrainedBlock.Kept kept = own(layer, entering);
      Tensor leaving = kept.leaving().detach();
      Optional<TrainedBlock.Kept> held = mode.recompute() ? Optional.empty() : Optional.of(kept);
      if (held.isEmpty()) {
        kept.scope().close();
      }
      segments.push(new Segment(layer, entering, Optional.empty(), held));
      return leaving;
    }
    Tensor leaving = run(layer, entering);
    Optional<Tensor> held =
        mode.recompute() ? Optional.empty() : Optional.of(owned.adopt(leaving.alias()));
    segments.push(new Segment(layer, entering, held, Optional.empty()));
    return leaving.detach();
  }

  private TrainedBlock.Kept own(int layer, Tensor entering) {
    try (Autograd off = Autograd.off()) {
      return decoder.trained().get(layer).forward(entering.detach(), step);
    }
  }

  /// Whether the blocks compute their gradients themselves: not with dropout, and not when anything
  /// inside of attention is looked at.
  private boolean ownGradients(Hooks hooks) {
    List<Block> blocks = decoder.blocks();
    if (decoder.trained().size() != blocks.size()) {
      return false;
    }
    for (int layer = 0; layer < blocks.size(); layer++) {
      for (HookSite site : INSIDE_ATTENTION) {
        if (hooks.wants(site, layer)) {
          return false;
        }
      }
    }
    return mode.dropoutSeed().isEmpty()
        || blocks.stream()
            .flatMap(block -> block.projections().stream())
            .flatMap(projection -> projection.changes().stream())
            .noneMatch(change -> change.dropout() > 0);
  }

  /// The first block with a factor or an input whose gradient is wanted; the number of blocks
  /// without one.
  private int firstMarked() {
    List<Block> blocks = decoder.blocks();
    int last = mode.traced().isEmpty() ? blocks.size() : mode.traced().getFirst();
    for (int layer = 0; layer < last; layer++) {
      for (Projection projection : blocks.get(layer).projections()) {
        if (projection.changes().stream().anyMatch(change -> change.a().requiresGrad())) {
          return layer;
        }
      }
    }
    return last;
  }

  /// The same values without a history.
  private Tensor leaf(Tensor value, boolean marked) {
    return owned.adopt(value.detach().requireGrad(marked));
  }

  private Tensor run(int layer, Tensor entering) {
    try (Dropout dropout = dropout(layer)) {
      return decoder.blocks().get(layer).forward(entering, step);
    }
  }

  private Dropout dropout(int layer) {
    return mode.dropoutSeed().isPresent()
        ? Dropout.seeded(mode.dropoutSeed().getAsLong() + layer)
        : Dropout.off();
  }

  private Tensor normed() {
    try (Scope inside = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor picked = lastResid.indexSelect(0, Tensors.ofInts(mode.headTokens(), decoder.device()));
      Tensor normed = decoder.finalNorm().forward(picked);
      return owned.adopt(step.hook(HookSite.FINAL_NORM, 0, normed, mode.headTokens()));
    }
  }

  /// What left the final norm at the head tokens.
  public Tensor hidden() {
    return hidden;
  }

  /// Logits `[token, vocabulary]` of hidden states `[token, dModel]`.
  public Tensor logits(Tensor states) {
    return decoder.scores(states);
  }

  /// The residual stream before a block, without a history; empty when it was not asked for.
  public Optional<Tensor> resid(int block) {
    return Optional.ofNullable(read.get(block));
  }

  /// Adds the gradients of the marked factors to what they hold. Can be called once.
  ///
  /// @param gradient of the hidden states; empty without head tokens
  /// @param joining gradients of the residual stream, by the block that it enters, which are added
  ///   on the way back
  public void backward(Optional<Tensor> gradient, Map<Integer, Tensor> joining) {
    gradient.ifPresent(hidden::backward);
    try (Scope pass = Scope.open()) {
      Tensor flowing = joined(lastResid.grad(), joining.get(run));
      lastResid.clearGrad();
      while (!segments.isEmpty()) {
        Segment segment = segments.pop();
        try (Scope inside = Scope.open()) {
          Tensor next = joined(backward(segment, flowing), joining.get(segment.layer()));
          pass.release(flowing);
          flowing = inside.keep(next);
          if (mode.traced().contains(segment.layer())) {
            traced.put(segment.layer(), owned.adopt(flowing.copy()));
          }
        }
        segment.entering().clearGrad();
        owned.release(segment.entering());
        segment.leaving().ifPresent(owned::release);
      }
    }
  }

  private static Tensor joined(Tensor flowing, @Nullable Tensor joining) {
    return joining == null ? flowing : flowing.add(joining);
  }

  /// The gradient of what entered a block.
  private Tensor backward(Segment segment, Tensor flowing) {
    if (ownGradients) {
      TrainedBlock block = decoder.trained().get(segment.layer());
      try (Autograd off = Autograd.off()) {
        TrainedBlock.Kept kept =
            segment.kept().orElseGet(() -> own(segment.layer(), segment.entering()));
        try {
          return block.backward(kept, flowing, step);
        } finally {
          kept.scope().close();
        }
      }
    }
    if (segment.leaving().isPresent()) {
      segment.leaving().get().backward(flowing);
    } else {
      try (Autograd on = Autograd.on()) {
        run(segment.layer(), segment.entering()).backward(flowing);
      }
    }
    return segment.entering().grad();
  }

  /// The gradient of what entered a traced block, before edits there, `[token, dModel]` in the
  /// order of the batch; empty before [#backward].
  public Optional<Tensor> gradient(int layer) {
    return Optional.ofNullable(traced.get(layer));
  }

  /// Frees everything that was recorded.
  @Override
  public void close() {
    segments.forEach(segment -> segment.kept().ifPresent(kept -> kept.scope().close()));
    owned.close();
  }
}
