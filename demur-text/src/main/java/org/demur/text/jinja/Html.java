package org.demur.text.jinja;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Escaping of texts for HTML, as `markupsafe` does it, and the reverse.
final class Html {
  /// The entities that texts in practice contain; numeric references are read for all characters.
  private static final Map<String, String> ENTITIES =
      Map.ofEntries(
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("quot", "\""),
          Map.entry("apos", "'"),
          Map.entry("nbsp", "\u00a0"),
          Map.entry("copy", "©"),
          Map.entry("reg", "®"),
          Map.entry("trade", "™"),
          Map.entry("laquo", "«"),
          Map.entry("raquo", "»"),
          Map.entry("hellip", "…"),
          Map.entry("ndash", "–"),
          Map.entry("mdash", "—"),
          Map.entry("lsquo", "‘"),
          Map.entry("rsquo", "’"),
          Map.entry("ldquo", "“"),
          Map.entry("rdquo", "”"),
          Map.entry("bull", "•"),
          Map.entry("middot", "·"),
          Map.entry("euro", "€"),
          Map.entry("deg", "°"),
          Map.entry("times", "×"));

  private static final int LONGEST_REFERENCE = 12;

  private Html() {}

  static String escape(Budget budget, String text) {
    TextBuilder result = new TextBuilder(budget);
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      switch (unit) {
        case '&' -> result.append("&amp;");
        case '<' -> result.append("&lt;");
        case '>' -> result.append("&gt;");
        case '\'' -> result.append("&#39;");
        case '"' -> result.append("&#34;");
        default -> result.append(unit);
      }
    }
    budget.scan(text.length());
    return result.build();
  }

  /// Removes comments and tags, joins white space, and resolves character references.
  static String withoutTags(Budget budget, String text) {
    String plain = without(budget, without(budget, text, "<!--", "-->"), "<", ">");
    return unescape(budget, String.join(" ", Splitting.onSpace(budget, plain, -1)));
  }

  private static String without(Budget budget, String text, String open, String close) {
    StringBuilder kept = new StringBuilder();
    budget.text(text.length());
    for (int index = 0; index < text.length(); index++) {
      kept.append(text.charAt(index));
      int start = kept.length() - open.length();
      if (start < 0 || kept.indexOf(open, start) < 0) {
        continue;
      }
      // What follows the removed part may complete another opening with what stands before it.
      // As in Python the end of a comment may overlap its beginning.
      int end = text.indexOf(close, open.length() > 1 ? index - 1 : index + 1);
      if (end < 0) {
        return kept.append(text, index + 1, text.length()).toString();
      }
      kept.setLength(start);
      index = end + close.length() - 1;
    }
    return kept.toString();
  }

  private static String unescape(Budget budget, String text) {
    TextBuilder result = new TextBuilder(budget);
    int index = 0;
    while (index < text.length()) {
      int limit = Math.min(index + LONGEST_REFERENCE, text.length());
      int end = text.charAt(index) == '&' ? text.indexOf(';', index, limit) : -1;
      String character = end > 0 ? character(text.substring(index + 1, end)) : null;
      result.append(character == null ? text.substring(index, index + 1) : character);
      index = character == null ? index + 1 : end + 1;
    }
    return result.build();
  }

  private static @Nullable String character(String reference) {
    if (!reference.startsWith("#")) {
      return ENTITIES.get(reference);
    }
    boolean hexadecimal = reference.startsWith("#x") || reference.startsWith("#X");
    try {
      int point =
          Integer.parseUnsignedInt(reference.substring(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
      boolean valid = Character.isValidCodePoint(point) && point != 0;
      return valid ? Character.toString(point) : "\ufffd";
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }
}
