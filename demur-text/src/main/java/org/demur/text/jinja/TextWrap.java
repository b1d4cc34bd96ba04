package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The filter `wordwrap`: Python's `textwrap.wrap` for each line of a text.
///
/// Source: `textwrap.py` of CPython 3.11.
final class TextWrap {
  private static final int DEFAULT_WIDTH = 79;
  private static final String SPACE = "[\\t\\n\\x0b\\x0c\\r ]";
  private static final String LETTER = "[\\w&&[^\\d]]";

  /// Words, white space, and the places inside of words where a hyphen or dash lets them break.
  private static final Pattern WITH_HYPHENS =
      Pattern.compile(
          SPACE
              + "++|(?<=[\\w!\"'&.,?])-{2,}+(?=\\w)|[^\\t\\n\\x0b\\x0c\\r ]+?(?:-(?:(?<="
              + LETTER
              + "{2}-)|(?<="
              + LETTER
              + "-"
              + LETTER
              + "-))(?="
              + LETTER
              + "-?"
              + LETTER
              + ")|(?="
              + SPACE
              + "|\\z)|(?<=[\\w!\"'&.,?])(?=-{2,}+\\w))",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern SIMPLE = Pattern.compile(SPACE + "++|[^\\t\\n\\x0b\\x0c\\r ]++");

  /// A text that pays for every character that the matcher looks at.
  private record Metered(Budget budget, String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      budget.step();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final Budget budget;
  private final int width;
  private final boolean breakLongWords;
  private final boolean breakOnHyphens;

  private TextWrap(Budget budget, int width, boolean breakLongWords, boolean breakOnHyphens) {
    if (width <= 0) {
      throw JinjaException.value("invalid width %d (must be > 0)".formatted(width));
    }
    this.budget = budget;
    this.width = width;
    this.breakLongWords = breakLongWords;
    this.breakOnHyphens = breakOnHyphens;
  }

  static Value apply(Rendering rendering, Value input, Args args) {
    Args.Bound bound =
        args.bind("wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
    if (input instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(input instanceof Str text)) {
      throw new JinjaException(
          ErrorKind.ATTRIBUTE,
          "'%s' object has no attribute 'splitlines'".formatted(input.typeName()));
    }
    Value wrapstring = bound.or(2, Value.None.NONE);
    String newline = wrapstring == Value.None.NONE ? "\n" : StrMethods.text("wordwrap", wrapstring);
    Budget budget = rendering.budget();
    TextBuilder result = new TextBuilder(budget);
    boolean first = true;
    for (String line : Splitting.lines(budget, text.text(), false)) {
      TextWrap wrap =
          new TextWrap(
              budget,
              Numbers.index(bound.or(0, Value.Int.of(DEFAULT_WIDTH))),
              Iteration.isTrue(bound.or(1, Value.Bool.TRUE)),
              Iteration.isTrue(bound.or(3, Value.Bool.TRUE)));
      result.append(first ? "" : newline).append(String.join(newline, wrap.lines(line)));
      first = false;
    }
    return text.like(result.build());
  }

  private List<String> lines(String text) {
    List<String> chunks = chunks(text).reversed();
    List<String> lines = new ArrayList<>();
    List<String> rest = new ArrayList<>(chunks);
    while (!rest.isEmpty()) {
      budget.step();
      if (!lines.isEmpty() && rest.getLast().isBlank()) {
        rest.removeLast();
      }
      String line = line(rest);
      if (!line.isEmpty()) {
        budget.slots(1);
        lines.add(line);
      }
    }
    return lines;
  }

  private List<String> chunks(String text) {
    Matcher matcher = (breakOnHyphens ? WITH_HYPHENS : SIMPLE).matcher(new Metered(budget, text));
    List<String> chunks = new ArrayList<>();
    int position = 0;
    while (matcher.find()) {
      if (matcher.start() > position) {
        chunks.add(text.substring(position, matcher.start()));
      }
      if (matcher.end() > matcher.start()) {
        budget.slots(1);
        chunks.add(matcher.group());
      }
      position = matcher.end();
    }
    if (position < text.length()) {
      chunks.add(text.substring(position));
    }
    return chunks;
  }

  /// Takes the chunks of one line from the end of the reversed chunks.
  private String line(List<String> rest) {
    List<String> line = new ArrayList<>();
    int length = 0;
    while (!rest.isEmpty() && length + CodePoints.length(rest.getLast()) <= width) {
      budget.step();
      String chunk = rest.removeLast();
      length += CodePoints.length(chunk);
      line.add(chunk);
    }
    if (!rest.isEmpty() && CodePoints.length(rest.getLast()) > width) {
      breakWord(rest, line, width - length);
    }
    if (!line.isEmpty() && line.getLast().isBlank()) {
      line.removeLast();
    }
    return String.join("", line);
  }

  private void breakWord(List<String> rest, List<String> line, int space) {
    String chunk = rest.removeLast();
    if (!breakLongWords) {
      if (line.isEmpty()) {
        line.add(chunk);
      } else {
        rest.add(chunk);
      }
      return;
    }
    int end = CodePoints.offset(chunk, space);
    if (breakOnHyphens) {
      int hyphen = chunk.substring(0, end).lastIndexOf('-');
      if (hyphen > 0 && chunk.substring(0, hyphen).chars().anyMatch(unit -> unit != '-')) {
        end = hyphen + 1;
      }
    }
    budget.text(chunk.length());
    line.add(chunk.substring(0, end));
    rest.add(chunk.substring(end));
  }
}
