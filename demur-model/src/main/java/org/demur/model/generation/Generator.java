package org.demur.model.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.demur.model.DecodingSession;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.text.tokenizer.StreamingDecoder;
import org.demur.text.tokenizer.Tokenizer;

/// Generates answers to a batch of prompts with a KV cache.
///
/// The text of a row does not depend on the other rows beyond rounding, and a sampled row can be
/// repeated from its seed and its place in the batch.
public final class Generator {
  private final LanguageModel model;
  private final Optional<Tokenizer> tokenizer;

  /// With a tokenizer answers have text and stop texts work; without one only ids.
  public Generator(LanguageModel model, Optional<Tokenizer> tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /// Generates until every row has ended.
  public Generated generate(List<Prompt> prompts, GenerationRequest request) {
    return generate(prompts, request, TokenListener.NONE);
  }

  /// Generates and tells of every token.
  ///
  /// @throws org.demur.model.config.ModelException when the rows would not fit the context, or a
  ///   declared intervention touched no token
  public Generated generate(
      List<Prompt> prompts, GenerationRequest request, TokenListener listener) {
    List<RowState> rows = new ArrayList<>();
    for (int row = 0; row < prompts.size(); row++) {
      TokenChooser chooser = new TokenChooser(request.sampling(), row, prompts.get(row).ids());
      Optional<StreamingDecoder> decoder = tokenizer.map(Tokenizer::streamingDecoder);
      rows.add(new RowState(request, chooser, decoder));
    }
    Usage before = model.usage();
    try (DecodingSession session =
        new DecodingSession(model, prompts, request.plans(), request.maxNewTokens())) {
      run(session, rows, listener);
      rows.forEach(RowState::finish);
      List<Receipt> receipts = session.receipts();
      return new Generated(
          rows.stream().map(RowState::answer).toList(), receipts, model.usage().since(before));
    }
  }

  private static void run(DecodingSession session, List<RowState> rows, TokenListener listener) {
    float[][] logits = read(session, null);
    while (true) {
      int[] active = session.activeRows();
      int[] chosen = new int[active.length];
      boolean goOn = true;
      for (int place = 0; place < active.length; place++) {
        RowState row = rows.get(active[place]);
        chosen[place] = row.choose(logits[place]);
        goOn &= listener.onToken(active[place], chosen[place], row.news());
      }
      int[] left = places(active, rows);
      if (!goOn || left.length == 0) {
        return;
      }
      session.keep(left);
      logits = read(session, Arrays.stream(left).map(place -> chosen[place]).toArray());
    }
  }

  /// Logits of the active rows after the prefill, or after one more token of each.
  private static float[][] read(
      DecodingSession session, int @org.jspecify.annotations.Nullable [] tokens) {
    try (Scope scope = Scope.open()) {
      Tensor logits = tokens == null ? session.prefill() : session.step(tokens);
      float[] all = logits.toFloats();
      int width = (int) logits.size(1);
      float[][] rows = new float[(int) logits.size(0)][];
      for (int row = 0; row < rows.length; row++) {
        rows[row] = Arrays.copyOfRange(all, row * width, (row + 1) * width);
      }
      return rows;
    }
  }

  private static int[] places(int[] active, List<RowState> rows) {
    List<Integer> left = new ArrayList<>();
    for (int place = 0; place < active.length; place++) {
      if (!rows.get(active[place]).done()) {
        left.add(place);
      }
    }
    return left.stream().mapToInt(Integer::intValue).toArray();
  }
}
