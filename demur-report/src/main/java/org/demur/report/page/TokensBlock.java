package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import org.demur.report.TokenSection;
import org.demur.report.TokenSection.TokenHeatMap;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Which tokens push towards refusal.
final class TokensBlock {
  private static final int MAX_PROMPTS = 24;
  private static final int MAX_TOKENS = 400;
  private static final int SHADES = 5;

  /// Weights below this share of a prompt's largest are not shaded.
  private static final double FAINT = 0.06;

  private TokensBlock() {}

  static Element draw(TokenSection tokens) {
    Element section =
        Blocks.section(
            "tokens",
            "Tokens that push towards refusal",
            "Shades are relative to the largest weight of each prompt; pointing at a token shows"
                + " its weight.");
    if (tokens.prompts().isEmpty()) {
      return section.add(Blocks.missing("No prompt was traced token by token."));
    }
    section.add(legend());
    Element list = Element.of("ul", "token-list");
    tokens.prompts().stream().limit(MAX_PROMPTS).forEach(prompt -> list.add(prompt(prompt)));
    return section.add(list, Element.of("p", "note").text(tokens.method()));
  }

  private static Element legend() {
    return Element.of("p", "token-legend")
        .add(
            Element.of("span", "token toward-5").text("towards refusal"),
            Element.of("span", "token away-5").text("away from refusal"));
  }

  private static Element prompt(TokenHeatMap prompt) {
    double largest =
        prompt.weights().stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .map(Math::abs)
            .max()
            .orElse(0);
    Element text = Element.of("p", "tokens");
    int shown = Math.min(MAX_TOKENS, prompt.tokens().size());
    List<Element> spans = new ArrayList<>(shown);
    for (int index = 0; index < shown; index++) {
      spans.add(token(prompt.tokens().get(index), prompt.weights().get(index), largest));
    }
    text.add(spans);
    if (shown < prompt.tokens().size()) {
      text.add(
          Element.of("span", "aside").text(" … " + (prompt.tokens().size() - shown) + " more"));
    }
    return Element.of("li")
        .add(
            Element.of("p", "aside")
                .add(Blocks.code(prompt.id()))
                .text(" · " + Values.label(prompt.label()) + " · largest weight ")
                .text(Numbers.plain(largest)),
            text);
  }

  private static Element token(String token, double weight, double largest) {
    double share = largest > 0 && Double.isFinite(weight) ? Math.abs(weight) / largest : 0;
    String style = "token";
    if (share >= FAINT) {
      int shade = (int) Math.clamp(Math.ceil(share * SHADES), 1, SHADES);
      style += (weight > 0 ? " toward-" : " away-") + shade;
    }
    String title = Double.isFinite(weight) ? Numbers.signed(weight) : "not measured";
    return Element.of("span", style).with("title", title).text(TokenText.visible(token));
  }
}
