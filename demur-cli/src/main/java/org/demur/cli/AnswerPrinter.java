package org.demur.cli;

import org.demur.model.generation.Generated.Answer;

/// Writes answers to standard output: a single one as it comes, those of a batch under headings,
/// and none of them where a document will hold them.
final class AnswerPrinter implements GenerationRun.Listener {
  /// How answers are written.
  enum Style {
    /// The only answer, piece by piece.
    STREAM,
    /// Each answer under a line with its id.
    HEADINGS,
    /// Nothing.
    SILENT
  }

  private final Console console;
  private final Style style;
  private int shown;

  AnswerPrinter(Console console, Style style) {
    this.console = console;
    this.style = style;
  }

  @Override
  public void piece(String text) {
    if (style == Style.STREAM) {
      shown += text.length();
      console.print(text);
    }
  }

  @Override
  public void done(GenerationRun.Group group) {
    for (int row = 0; row < group.rows().size(); row++) {
      Answer answer = group.generated().rows().get(row);
      switch (style) {
        // what the decoder held back at the end was no piece
        case STREAM ->
            console.line(answer.text().substring(Math.min(shown, answer.text().length())));
        case HEADINGS -> {
          console.line("### " + group.rows().get(row).id());
          console.line(answer.text());
        }
        case SILENT -> {}
      }
    }
    shown = 0;
  }
}
