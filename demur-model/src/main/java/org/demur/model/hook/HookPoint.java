package org.demur.model.hook;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;

/// A place in the forward pass: `blocks.{i}.hook_resid_pre`, `embed`, `final_norm`, `logits`.
///
/// @param site what is there
/// @param layer index of the block from 0; 0 for sites outside of the blocks
public record HookPoint(HookSite site, int layer) implements Comparable<HookPoint> {
  private static final Pattern BLOCK =
      Pattern.compile("blocks\\.(\\d{1,4})\\.(?:attn\\.|mlp\\.)?([a-z_]+)");
  private static final Comparator<HookPoint> FORWARD_ORDER =
      Comparator.comparingInt(HookPoint::stage)
          .thenComparingInt(HookPoint::layer)
          .thenComparing(HookPoint::site);

  /// Checks that a site outside of the blocks has layer 0 and that no layer is negative.
  public HookPoint {
    if (layer < 0 || (!site.perBlock() && layer != 0)) {
      throw new ModelException(
          ErrorCode.PLAN, "hook site " + site.label() + " cannot have layer " + layer);
    }
  }

  /// The site in one block.
  public static HookPoint of(HookSite site, int layer) {
    return new HookPoint(site, layer);
  }

  /// A site outside of the blocks.
  public static HookPoint of(HookSite site) {
    return new HookPoint(site, 0);
  }

  /// The site in each of `nLayers` blocks.
  public static List<HookPoint> inAllBlocks(HookSite site, int nLayers) {
    return IntStream.range(0, nLayers).mapToObj(layer -> of(site, layer)).toList();
  }

  /// Reads the text form; the infixes `attn.` and `mlp.` of TransformerLens are accepted.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when the text names no hook point
  public static HookPoint parse(String text) {
    Matcher block = BLOCK.matcher(text);
    if (block.matches()) {
      HookSite site = HookSite.ofLabel(block.group(2));
      if (!site.perBlock()) {
        throw new ModelException(
            ErrorCode.PLAN, "hook point \"" + text + "\": " + site.label() + " is in no block");
      }
      return of(site, Integer.parseInt(block.group(1)));
    }
    HookSite site = HookSite.ofLabel(text);
    if (site.perBlock()) {
      throw new ModelException(
          ErrorCode.PLAN,
          "hook point \"%s\" needs a block, such as blocks.0.%s".formatted(text, site.label()));
    }
    return of(site);
  }

  private int stage() {
    return switch (site) {
      case EMBED -> 0;
      case FINAL_NORM -> 2;
      case LOGITS -> 3;
      default -> 1;
    };
  }

  @Override
  public int compareTo(HookPoint other) {
    return FORWARD_ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return site.perBlock() ? "blocks." + layer + "." + site.label() : site.label();
  }
}
