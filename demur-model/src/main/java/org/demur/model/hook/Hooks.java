package org.demur.model.hook;

import java.util.function.IntPredicate;
import org.demur.tensor.Tensor;

/// What the forward pass calls at every hook point: reads and edits the value that passes by.
public interface Hooks {
  /// Neither reads nor edits anything.
  Hooks NONE =
      new Hooks() {
        @Override
        public boolean wants(HookSite site, int layer) {
          return false;
        }

        @Override
        public Tensor at(HookSite site, int layer, Tensor value, int[] tokens) {
          return value;
        }
      };

  /// Whether anything is to be read or edited here; when not, [#at] need not be called.
  boolean wants(HookSite site, int layer);

  /// Which tokens are read or edited here, by their packed index in the pass. A pass that nobody
  /// asks for the others may leave them out of the values that it shows.
  default IntPredicate touched(HookSite site, int layer) {
    return token -> wants(site, layer);
  }

  /// Passes a value on, edited or as it was.
  ///
  /// **Shapes**: `value` is `[token, ...]` with the shape of the site per token, see [HookSite].
  ///
  /// @param tokens packed index of each token in `value`, rising
  Tensor at(HookSite site, int layer, Tensor value, int[] tokens);

  /// As [#at], but may change `value` itself where that saves passes over memory.
  ///
  /// @return `value`, changed or not, or another tensor in its place
  default Tensor inPlace(HookSite site, int layer, Tensor value, int[] tokens) {
    return at(site, layer, value, tokens);
  }

  /// Whether [#inPlace] changes this very value and [#backInPlace] knows the way back, so that
  /// nobody has to record the edits here for their gradient.
  default boolean knowsWayBack(HookSite site, int layer, Tensor value) {
    return false;
  }

  /// Turns the gradient of an edited value into that of the value before the edits, in the
  /// gradient's own memory. Only asked of edits that know their way back.
  ///
  /// @param gradient of all tokens, shaped as the value
  /// @param tokens packed index of each token in `gradient`, rising
  default void backInPlace(HookSite site, int layer, Tensor gradient, int[] tokens) {
    throw new UnsupportedOperationException("edits at " + site + " have no way back of their own");
  }
}
