package org.demur.text.template;

import java.time.LocalDateTime;

/// What a rendering depends on besides the variables.
///
/// @param now the moment that `strftime_now` formats
/// @param limits the bounds of this rendering
public record RenderOptions(LocalDateTime now, RenderLimits limits) {
  /// Options for a moment, with the [default limits][RenderLimits#DEFAULTS].
  public static RenderOptions at(LocalDateTime now) {
    return new RenderOptions(now, RenderLimits.DEFAULTS);
  }
}
