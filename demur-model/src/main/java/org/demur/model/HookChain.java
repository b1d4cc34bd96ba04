package org.demur.model;

import java.util.List;
import java.util.function.IntPredicate;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Hooks;
import org.demur.tensor.Tensor;

/// Several hooks one after the other: what a later one sees is what the earlier ones left.
///
/// @param links the hooks in order
record HookChain(List<Hooks> links) implements Hooks {
  @Override
  public boolean wants(HookSite site, int layer) {
    return links.stream().anyMatch(link -> link.wants(site, layer));
  }

  @Override
  public IntPredicate touched(HookSite site, int layer) {
    return links.stream()
        .map(link -> link.touched(site, layer))
        .reduce(token -> false, IntPredicate::or);
  }

  @Override
  public Tensor at(HookSite site, int layer, Tensor value, int[] tokens) {
    Tensor current = value;
    for (Hooks link : links) {
      if (link.wants(site, layer)) {
        current = link.at(site, layer, current, tokens);
      }
    }
    return current;
  }

  @Override
  public Tensor inPlace(HookSite site, int layer, Tensor value, int[] tokens) {
    Tensor current = value;
    for (Hooks link : links) {
      if (link.wants(site, layer)) {
        current = link.inPlace(site, layer, current, tokens);
      }
    }
    return current;
  }
}
