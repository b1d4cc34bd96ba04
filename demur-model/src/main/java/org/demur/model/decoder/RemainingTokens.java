package org.demur.model.decoder;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;

/// The tokens that somebody asks for once the last block of a pass has its keys and values.
///
/// No block follows that would attend to the others: their queries, what attention and MLP add to
/// them, and the norm behind it would be computed for nobody. Reading the last token of every
/// prompt is what a study does most.
final class RemainingTokens {
  /// Sites of a block that other tokens do not see.
  private static final List<HookSite> BEHIND_KEYS =
      List.of(HookSite.ATTN_OUT, HookSite.RESID_MID, HookSite.MLP_OUT, HookSite.RESID_POST);

  /// Single queries are slower than neighbouring ones, which share their keys: they have to be few.
  private static final int TOKENS_PER_QUERY = 4;

  private RemainingTokens() {}

  /// Packed indices, rising: those that are asked for, or all when leaving out the others would not
  /// be worth it.
  static int[] of(TokenBatch batch, Decoder.Extent extent, Hooks hooks) {
    int tokens = batch.tokenCount();
    BitSet asked = new BitSet(tokens);
    Arrays.stream(extent.headTokens()).forEach(asked::set);
    for (HookSite site : BEHIND_KEYS) {
      mark(asked, tokens, hooks, site, extent.blocks() - 1);
    }
    mark(asked, tokens, hooks, HookSite.FINAL_NORM, 0);
    return asked.cardinality() * TOKENS_PER_QUERY > tokens
        ? IntStream.range(0, tokens).toArray()
        : asked.stream().toArray();
  }

  private static void mark(BitSet asked, int tokens, Hooks hooks, HookSite site, int layer) {
    if (hooks.wants(site, layer)) {
      IntPredicate touched = hooks.touched(site, layer);
      IntStream.range(0, tokens).filter(touched).forEach(asked::set);
    }
  }

  /// Where some tokens are among others that hold them all.
  ///
  /// @param tokens packed indices, rising
  static int[] places(int[] tokens, int... some) {
    return Arrays.stream(some).map(token -> Arrays.binarySearch(tokens, token)).toArray();
  }
}
