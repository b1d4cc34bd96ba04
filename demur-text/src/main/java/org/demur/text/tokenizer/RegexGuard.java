package org.demur.text.tokenizer;

import org.jspecify.annotations.Nullable;

/// Tells whether a regular expression is safe to give to the native library.
///
/// The library's engine (Oniguruma) backtracks; after ten million steps at one place it gives up,
/// and the library then ends the whole process. So an expression is accepted only when the number
/// of steps at one place grows at most linearly with the text: whatever can fail may follow at most
/// one repetition that leaves choices open. Constructs whose cost is not known here are refused.
///
/// **Errors.** [TokenizerException] says what is refused and at which character.
final class RegexGuard {
  private static final int MAX_CHARS = 20_000;
  private static final int MAX_DEPTH = 40;

  /// More repetitions than this count as any number of them.
  private static final int FEW = 8;

  /// Bound on the size of an expression whose counted repetitions are written out, as the engine
  /// does.
  private static final long MAX_SIZE = 50_000;

  /// Stands for "more than linear".
  private static final int MANY = 2;

  /// Bound on the ways through a part that does not repeat.
  private static final long MAX_WAYS = 4096;

  private final String regex;
  private final String place;
  private int at;
  private int depth;

  /// What a part of an expression can cost.
  ///
  /// @param choices how the number of ways that are still open after it matched grows: 0 not at
  ///   all, 1 with the text, 2 faster
  /// @param ways the number of those ways that does not grow
  /// @param steps bound on the steps that it takes, per character of the text
  /// @param canFail whether it may not match
  /// @param size its length with counted repetitions written out
  private record Cost(int choices, long ways, long steps, boolean canFail, long size) {
    static final Cost ONE = new Cost(0, 1, 0, true, 1);
    static final Cost EMPTY = new Cost(0, 1, 0, false, 0);
  }

  private RegexGuard(String regex, String place) {
    this.regex = regex;
    this.place = place;
  }

  /// Checks an expression.
  ///
  /// @param place what errors call it
  /// @return how many steps it may take at one place, per character of the text
  static long check(String regex, String place) {
    if (regex.isEmpty() || regex.length() > MAX_CHARS) {
      throw new TokenizerException(
          "%s has a regular expression of %d characters; 1 to %d are accepted"
              .formatted(place, regex.length(), MAX_CHARS));
    }
    RegexGuard guard = new RegexGuard(regex, place);
    Cost cost = guard.alternatives();
    if (guard.at < regex.length()) {
      throw guard.refused("a closing parenthesis without an opening one");
    }
    return cost.steps();
  }

  private Cost alternatives() {
    if (++depth > MAX_DEPTH) {
      throw refused("groups nested more than " + MAX_DEPTH + " deep");
    }
    Cost all = sequence();
    while (at < regex.length() && regex.charAt(at) == '|') {
      at++;
      Cost next = sequence();
      all =
          new Cost(
              Math.max(all.choices(), next.choices()),
              Math.min(MAX_WAYS + 1, all.ways() + next.ways()),
              all.steps() + next.steps(),
              all.canFail() && next.canFail(),
              all.size() + next.size());
    }
    depth--;
    return all;
  }

  private Cost sequence() {
    Cost sum = Cost.EMPTY;
    while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
      Cost next = quantified();
      if (next.canFail()
          && (sum.ways() > MAX_WAYS || sum.choices() + (next.steps() > 0 ? 1 : 0) >= MANY)) {
        throw refused("a repetition whose steps multiply with those of one before it");
      }
      long retries = next.canFail() && sum.choices() > 0 ? 1 : 0;
      sum =
          new Cost(
              Math.min(MANY, sum.choices() + next.choices()),
              Math.min(MAX_WAYS + 1, sum.ways() * next.ways()),
              sum.steps() + sum.ways() * (next.steps() + retries),
              sum.canFail() || next.canFail(),
              sum.size() + next.size());
    }
    return sum;
  }

  private Cost quantified() {
    Cost body = atom();
    while (at < regex.length()) {
      int[] range = range();
      if (range == null) {
        break;
      }
      // After braces a plus or question mark is another quantifier, but for a lazy {1,3}?.
      boolean braces = regex.charAt(at - 1) == '}';
      boolean possessive = !braces && regex.startsWith("+", at);
      if (possessive || (regex.startsWith("?", at) && (!braces || range[0] != range[1]))) {
        at++;
      }
      long copies = range[1] == Integer.MAX_VALUE ? range[0] : range[1];
      long size = Math.max(1, body.size()) * Math.max(1, copies);
      if (size > MAX_SIZE) {
        throw refused("repetitions that make it too large");
      }
      Cost open = repeated(body, range[0], range[1]);
      body =
          new Cost(
              possessive ? 0 : open.choices(),
              possessive ? 1 : open.ways(),
              open.steps(),
              open.canFail(),
              size);
    }
    return body;
  }

  private Cost repeated(Cost body, int min, int max) {
    boolean canFail = min > 0 && body.canFail();
    if (max <= 1) {
      return new Cost(body.choices(), body.ways() + 1, body.steps(), canFail, 0);
    }
    boolean open = body.choices() > 0 || body.ways() > 1;
    if (open && min > 1 && body.canFail()) {
      throw refused("a counted repetition of something that leaves choices open");
    }
    if (max == min) {
      return new Cost(open ? MANY : 0, 1, body.steps() * max, canFail, 0);
    }
    if (max > FEW) {
      return new Cost(open ? MANY : 1, 1, body.steps(), canFail, 0);
    }
    return new Cost(open ? MANY : 0, max - min + 1L, body.steps() * max, canFail, 0);
  }

  /// The bounds of the quantifier here, or null when there is none.
  private int @Nullable [] range() {
    return switch (regex.charAt(at)) {
      case '*' -> passed(0, Integer.MAX_VALUE);
      case '+' -> passed(1, Integer.MAX_VALUE);
      case '?' -> passed(0, 1);
      case '{' -> counted();
      default -> null;
    };
  }

  private int[] passed(int min, int max) {
    at++;
    return new int[] {min, max};
  }

  private int[] counted() {
    int close = regex.indexOf('}', at);
    String inside = close < 0 ? "" : regex.substring(at + 1, close);
    if (!inside.matches("\\d{1,5}|\\d{1,5},|\\d{0,5},\\d{1,5}")) {
      throw refused("a brace that is no repetition such as {1,3}");
    }
    at = close + 1;
    int comma = inside.indexOf(',');
    String first = comma < 0 ? inside : inside.substring(0, comma);
    String second = comma < 0 ? inside : inside.substring(comma + 1);
    int min = first.isEmpty() ? 0 : Integer.parseInt(first);
    int max = second.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(second);
    if (max < min) {
      throw refused("a repetition whose bounds are reversed");
    }
    return new int[] {min, max};
  }

  private Cost atom() {
    return switch (regex.charAt(at)) {
      case '(' -> group();
      case '\\' -> escape();
      case '[' -> {
        RegexClass.skip(this::refused, regex, at, end -> at = end);
        yield Cost.ONE;
      }
      case '*', '+', '?', '{' -> throw refused("a quantifier with nothing before it");
      default -> {
        at += Character.charCount(regex.codePointAt(at));
        yield Cost.ONE;
      }
    };
  }

  private Cost escape() {
    if (at + 1 >= regex.length()) {
      throw refused("a backslash at the end");
    }
    char c = regex.charAt(at + 1);
    if ("123456789kgRXyYO".indexOf(c) >= 0) {
      throw refused("a back reference or another construct that can take any time");
    }
    at += 2;
    if ("pPxuN".indexOf(c) >= 0 && at < regex.length() && regex.charAt(at) == '{') {
      int close = regex.indexOf('}', at);
      if (close < 0) {
        throw refused("a brace that is not closed");
      }
      at = close + 1;
    }
    return Cost.ONE;
  }

  private Cost group() {
    boolean cut = false;
    boolean look = false;
    at++;
    if (regex.startsWith("?", at)) {
      if (regex.startsWith("?:", at)) {
        at += 2;
      } else if (regex.startsWith("?>", at)) {
        cut = true;
        at += 2;
      } else if (regex.startsWith("?=", at) || regex.startsWith("?!", at)) {
        look = true;
        at += 2;
      } else if (regex.startsWith("?<=", at) || regex.startsWith("?<!", at)) {
        look = true;
        at += 3;
      } else if (regex.startsWith("?i:", at) || regex.startsWith("?m:", at)) {
        at += 3;
      } else if (regex.startsWith("?i)", at) && at == 1) {
        at += 3;
        return Cost.EMPTY;
      } else {
        throw refused("a kind of group that is not known here");
      }
    }
    Cost inside = alternatives();
    if (at >= regex.length()) {
      throw refused("a parenthesis that is not closed");
    }
    at++;
    return look || cut
        ? new Cost(0, 1, inside.steps(), look || inside.canFail(), inside.size())
        : inside;
  }

  private TokenizerException refused(String what) {
    return new TokenizerException(
        "%s has a regular expression that is not accepted: %s, at character %d"
            .formatted(place, what, at));
  }
}
