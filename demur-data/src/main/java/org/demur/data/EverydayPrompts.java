package org.demur.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.data.table.Row;
import org.demur.data.table.RowVisitor;
import org.demur.data.table.TableBounds;
import org.demur.data.table.TableFiles;

/// Everyday requests that nobody would decline, such as "Name three rivers in Europe."
///
/// The refusal direction is the difference between harmful requests and these, as in the literature
/// (there Alpaca stands for them). The twins of [PromptPairs] cannot take their place: a model that
/// goes by words declines many of them, too.
public final class EverydayPrompts {
  private static final String RESOURCE = "everyday.jsonl";
  private static final String MORE = "utility.jsonl";

  private EverydayPrompts() {}

  /// The requests that come with Demur, written for it and in the public domain (CC0).
  public static PromptSet builtIn() {
    return PromptSet.of("demur everyday requests", read(RESOURCE));
  }

  /// More of them, all of the train split, to keep a model helpful while it is trained: a few dozen
  /// replies are learnt by heart.
  public static PromptSet moreToTrainOn() {
    return PromptSet.of("demur everyday requests to train on", read(MORE));
  }

  private static List<LabelledPrompt> read(String resource) {
    List<LabelledPrompt> prompts = new ArrayList<>();
    try (InputStream in = EverydayPrompts.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing from the build");
      }
      RowVisitor visitor =
          row -> {
            prompts.add(prompt(row));
            return true;
          };
      TableFiles.readJsonLines(in, resource, TableBounds.DEFAULTS, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return prompts;
  }

  private static LabelledPrompt prompt(Row row) {
    return new LabelledPrompt(
        text(row, "id"),
        text(row, "text"),
        Label.HARMLESS,
        Optional.empty(),
        Optional.empty(),
        Split.of(text(row, "split"))
            .orElseThrow(() -> DataException.content(row.place() + ": unknown split")));
  }

  private static String text(Row row, String name) {
    return Optional.ofNullable(row.cells().get(name))
        .orElseThrow(() -> DataException.content(row.place() + ": no field \"" + name + "\""))
        .text();
  }
}
