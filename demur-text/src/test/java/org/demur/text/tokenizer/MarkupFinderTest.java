package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkupFinderTest {
  private static final MarkupRule ALL = (_, _, _) -> true;

  private static List<Markup> find(MarkupFinder.Order order, String text, AddedToken... tokens) {
    return new MarkupFinder(order, List.of(tokens)).find(text, ALL);
  }

  @Test
  void theLongestLiteralAnywhereWinsOrTheLeftmost() {
    AddedToken first = AddedToken.of(1, "ab");
    AddedToken longer = AddedToken.of(2, "bcd");
    assertThat(find(MarkupFinder.Order.LONGEST_FIRST, "abcd", first, longer))
        .containsExactly(new Markup(2, 1, 4));
    assertThat(find(MarkupFinder.Order.LEFTMOST, "abcd", first, longer))
        .containsExactly(new Markup(1, 0, 2));
  }

  @Test
  void atOnePlaceTheLongestLiteralWinsInBothOrders() {
    AddedToken one = AddedToken.of(1, "\n");
    AddedToken two = AddedToken.of(2, "\n\n");
    for (MarkupFinder.Order order : MarkupFinder.Order.values()) {
      assertThat(find(order, "\n\n\n", one, two))
          .containsExactly(new Markup(2, 0, 2), new Markup(1, 2, 3));
    }
  }

  @Test
  void tokensSwallowSpaceAroundThemAsTheySay() {
    AddedToken left = AddedToken.of(1, "<l>").withStripLeft(true);
    AddedToken right = AddedToken.of(2, "<r>").withStripRight(true);
    for (MarkupFinder.Order order : MarkupFinder.Order.values()) {
      assertThat(find(order, "a \n<l> <r>\t b", left, right))
          .containsExactly(new Markup(1, 1, 6), new Markup(2, 7, 12));
    }
  }

  @Test
  void aTokenThatWantsToStandAloneDoesNotMatchInsideAWord() {
    AddedToken word = new AddedToken(1, "cat", false, false, true);
    assertThat(find(MarkupFinder.Order.LEFTMOST, "cat cats _cat catä (cat)", word))
        .containsExactly(new Markup(1, 0, 3), new Markup(1, 20, 23));
  }

  @Test
  void whatTheRuleRefusesLeavesItsTextToOtherTokens() {
    AddedToken control = AddedToken.of(1, "<end>");
    AddedToken inner = AddedToken.of(2, "end");
    for (MarkupFinder.Order order : MarkupFinder.Order.values()) {
      MarkupFinder finder = new MarkupFinder(order, List.of(control, inner));
      assertThat(finder.find("<end><end>", (id, start, _) -> id != 1 || start > 0))
          .containsExactly(new Markup(2, 1, 4), new Markup(1, 5, 10));
    }
  }
}
