package org.demur.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.demur.directions.RefusalTokens;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.Prompt;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.report.PromptLabel;
import org.demur.report.TokenSection;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Weighs the tokens of prompts by how much they push towards refusal: gradient times input.
///
/// The weight of a token is the inner product of its embedding with the gradient, with respect to
/// that embedding, of the log-probability that the reply begins with the model's likeliest refusal
/// token. One backward pass a prompt.
final class TokenWeights {
  static final String METHOD =
      "Gradient times input: the inner product of a token's embedding with the gradient of the"
          + " log-probability of the likeliest refusal token (%s) as the first token of the reply."
          + " Above 0 the token pushes towards refusal. A linear approximation: it says where the"
          + " model looks, not what would happen without the token.";

  private final AuditedModel subject;
  private final int refusalId;
  private final String refusalPiece;

  TokenWeights(AuditedModel subject, RefusalTokens tokens) {
    this.subject = subject;
    this.refusalId = tokens.ids().getFirst();
    this.refusalPiece = tokens.pieces().getFirst();
  }

  /// Weighs the prompts that were refused with the highest and accepted with the lowest log-odds of
  /// each label, about half of each.
  TokenSection run(ScoredCases scored, int most, IntConsumer progress) {
    List<TokenSection.TokenHeatMap> maps = new ArrayList<>();
    for (int index : chosen(scored, most)) {
      maps.add(weigh(scored.cases().get(index)));
      progress.accept(maps.size());
    }
    return new TokenSection(METHOD.formatted("“" + refusalPiece + "”"), maps);
  }

  private static List<Integer> chosen(ScoredCases scored, int most) {
    List<Integer> all = new ArrayList<>();
    for (boolean harmful : new boolean[] {true, false}) {
      List<Integer> ofLabel = new ArrayList<>();
      for (int i = 0; i < scored.cases().size(); i++) {
        if (scored.cases().get(i).harmful() == harmful) {
          ofLabel.add(i);
        }
      }
      ofLabel.sort(Comparator.comparingDouble((Integer index) -> scored.logOdds(index)).reversed());
      int quarter = Math.max(1, most / 4);
      int size = ofLabel.size();
      for (int i = 0; i < size; i++) {
        if (i < quarter || i >= size - quarter) {
          all.add(ofLabel.get(i));
        }
      }
    }
    return all;
  }

  private TokenSection.TokenHeatMap weigh(PromptCase one) {
    Prompt prompt = one.tokens();
    AtomicReference<@Nullable Tensor> leaf = new AtomicReference<>();
    try (Scope scope = Scope.open()) {
      Custom watch =
          new Custom(
              Target.everywhere(HookSite.EMBED),
              "watch",
              embeddings -> {
                Tensor watched = scope.adopt(embeddings.detach().copy()).requireGrad(true);
                leaf.set(watched);
                return watched;
              });
      ForwardRequest request =
          ForwardRequest.logitsAt(Positions.LAST_PROMPT).with(Plan.of(watch)).recorded();
      try (ForwardResult result = subject.model().forward(List.of(prompt), request)) {
        Tensor target = result.lastLogits().logSoftmax(-1).narrow(1, refusalId, 1).sum();
        subject.model().backward(target);
        Tensor embeddings = Optional.ofNullable(leaf.get()).orElseThrow();
        float[] weights = embeddings.detach().multiply(embeddings.grad()).sum(1, false).toFloats();
        return heatMap(one, weights);
      }
    }
  }

  /// The template before the user's text is the same for all prompts and is left out.
  private TokenSection.TokenHeatMap heatMap(PromptCase one, float... weights) {
    int[] ids = one.tokens().ids();
    int first = firstOfUser(one);
    List<String> tokens = new ArrayList<>();
    List<Double> shown = new ArrayList<>();
    for (int i = first; i < ids.length; i++) {
      tokens.add(subject.tokenizer().decode(new int[] {ids[i]}, true));
      shown.add((double) weights[i]);
    }
    return new TokenSection.TokenHeatMap(
        one.id(), one.harmful() ? PromptLabel.HARMFUL : PromptLabel.HARMLESS, tokens, shown);
  }

  private int firstOfUser(PromptCase one) {
    int length = subject.encoder().plain(one.source().text()).length();
    return Math.max(0, one.tokens().tInst() + 1 - length);
  }
}
