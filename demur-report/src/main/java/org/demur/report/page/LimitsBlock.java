package org.demur.report.page;

import java.util.List;
import org.demur.report.markup.Element;

/// What the figures do not say.
final class LimitsBlock {
  private LimitsBlock() {}

  static Element draw(List<String> limits) {
    Element section = Blocks.section("limits", "What these figures do not say", "");
    return limits.isEmpty()
        ? section.add(Blocks.missing("This report names no limits; treat it with care."))
        : section.add(Blocks.list(limits));
  }
}
