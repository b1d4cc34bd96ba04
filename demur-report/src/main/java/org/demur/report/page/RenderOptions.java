package org.demur.report.page;

/// What a page shows.
///
/// @param replies whether excerpts of replies are shown; harmful ones are folded even then
public record RenderOptions(boolean replies) {
  /// Everything.
  public static final RenderOptions DEFAULT = new RenderOptions(true);
}
