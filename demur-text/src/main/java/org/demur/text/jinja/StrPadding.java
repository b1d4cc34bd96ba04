package org.demur.text.jinja;

/// The methods of `str` that pad a text to a width.
final class StrPadding {
  private static final int TAB_SIZE = 8;

  private StrPadding() {}

  static Value center(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.positionalOnly("center", 1, 2);
    int width = Numbers.index(bound.required(0));
    return self.like(center(rendering.budget(), self.text(), width, filler(self, bound)));
  }

  /// Python's `text.center(width, filler)`.
  static String center(Budget budget, String text, int width, String filler) {
    long missing = Math.max(width - (long) CodePoints.length(text), 0);
    // Python puts the odd one to the left when the width is odd too.
    long left = missing / 2 + (missing & width & 1);
    return new TextBuilder(budget)
        .repeat(filler, left)
        .append(text)
        .repeat(filler, missing - left)
        .build();
  }

  static Value alignLeft(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.positionalOnly("ljust", 1, 2);
    long missing = missing(self, bound);
    return self.like(
        new TextBuilder(rendering.budget())
            .append(self.text())
            .repeat(filler(self, bound), missing)
            .build());
  }

  static Value alignRight(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.positionalOnly("rjust", 1, 2);
    long missing = missing(self, bound);
    return self.like(
        new TextBuilder(rendering.budget())
            .repeat(filler(self, bound), missing)
            .append(self.text())
            .build());
  }

  static Value zeroFill(Rendering rendering, Str self, Args args) {
    long missing = missing(self, args.positionalOnly("zfill", 1, 1));
    String text = self.text();
    String sign = text.startsWith("-") || text.startsWith("+") ? text.substring(0, 1) : "";
    return self.like(
        new TextBuilder(rendering.budget())
            .append(sign)
            .repeat("0", missing)
            .append(text.substring(sign.length()))
            .build());
  }

  static Value expandTabs(Rendering rendering, Str self, Args args) {
    Value tabSize = args.bind("expandtabs", 0, "tabsize").or(0, Value.Int.of(TAB_SIZE));
    int size = Numbers.index(tabSize);
    TextBuilder result = new TextBuilder(rendering.budget());
    int column = 0;
    for (int point : self.text().codePoints().toArray()) {
      if (point == '\t') {
        int spaces = size > 0 ? size - column % size : 0;
        result.repeat(" ", spaces);
        column += spaces;
      } else {
        result.appendPoint(point);
        column = point == '\n' || point == '\r' ? 0 : column + 1;
      }
    }
    rendering.budget().scan(self.text().length());
    return self.like(result.build());
  }

  private static long missing(Str self, Args.Bound bound) {
    return Numbers.index(bound.required(0)) - (long) CodePoints.length(self.text());
  }

  private static String filler(Str self, Args.Bound bound) {
    Value filler = bound.or(1, Str.of(" "));
    String text = StrMethods.text("pad", filler);
    if (CodePoints.length(text) != 1) {
      throw JinjaException.type("The fill character must be exactly one character long");
    }
    boolean escaped = self.markup() && !((Str) filler).markup();
    if (escaped && "&<>'\"".contains(text)) {
      throw JinjaException.type("The fill character must be exactly one character long");
    }
    return text;
  }
}
