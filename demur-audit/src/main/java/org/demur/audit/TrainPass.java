package org.demur.audit;

import java.util.ArrayList;
import java.util.List;
import org.demur.directions.DirectionTable;
import org.demur.directions.MeanTable;
import org.demur.directions.NextToken;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.guard.CentroidSet;
import org.demur.model.intervention.Plan;

/// What one pass over the train prompts gives: the centroids of both guards, the candidate
/// directions, and the tokens with which the model begins its refusals.
///
/// Harmful and harmless prompts are told apart by label at t_inst; refused and accepted ones by
/// what the model did, at the last token.
///
/// **Source.** latent-guard.md 2; refat.md 1.3. The published filter on candidates (harmful prompts
/// with a positive, harmless ones with a negative refusal score) is applied to what the model did,
/// which does not need the refusal tokens that are only found here.
final class TrainPass {
  /// With fewer prompts on a side a mean says little; all prompts are taken then.
  static final int FEWEST = RefusalTokens.FEWEST_REFUSALS;

  private static final int MOST_FIRST_TOKENS = 32;

  private final CentroidSet harmfulness;
  private final CentroidSet refusal;
  private final MeanTable[] candidates = new MeanTable[2];
  private final MeanTable[] filtered = new MeanTable[2];
  private final List<double[]> refusedFirstTokens = new ArrayList<>();
  private final int nPost;

  private TrainPass(AuditedModel subject, int nPost) {
    this.harmfulness = new CentroidSet(subject.fingerprint());
    this.refusal = new CentroidSet(subject.fingerprint());
    this.nPost = nPost;
    int rows = subject.fingerprint().nLayers() + 1;
    for (int side = 0; side < 2; side++) {
      candidates[side] = new MeanTable(nPost, rows, subject.fingerprint().dModel());
      filtered[side] = new MeanTable(nPost, rows, subject.fingerprint().dModel());
    }
  }

  static TrainPass run(AuditedModel subject, Cases cases, List<JudgedReply> replies) {
    TrainPass pass = new TrainPass(subject, cases.nPost());
    new ResidualReader(subject.model())
        .read(
            Cases.tokens(cases.train()),
            Spots.all(cases.nPost()),
            Plan.NONE,
            true,
            (index, row, logits) ->
                pass.take(cases.train().get(index), replies.get(index).declined(), row, logits));
    return pass;
  }

  private void take(PromptCase one, boolean declined, ResidualRow row, float... logits) {
    ResidualRow tInst = row.at(0);
    ResidualRow last = row.at(nPost);
    ResidualRow post = postInstruction(row);
    int side = one.harmful() ? 0 : 1;
    if (one.harmful()) {
      harmfulness.addPositive(tInst, one.source().category().orElse(null));
    } else {
      harmfulness.addNegative(tInst);
    }
    if (declined) {
      refusal.addPositive(last, null);
    } else {
      refusal.addNegative(last);
    }
    candidates[side].add(post);
    if (declined == one.harmful()) {
      filtered[side].add(post);
    }
    if (declined && one.harmful() && refusedFirstTokens.size() < MOST_FIRST_TOKENS) {
      refusedFirstTokens.add(NextToken.probabilities(logits));
    }
  }

  private ResidualRow postInstruction(ResidualRow row) {
    int size = row.rows() * row.dModel();
    float[] part = new float[nPost * size];
    System.arraycopy(row.values(), size, part, 0, part.length);
    return new ResidualRow(nPost, row.rows(), row.dModel(), part);
  }

  /// Centroids of harmful and harmless prompts at t_inst.
  CentroidSet harmfulness() {
    return harmfulness;
  }

  /// Centroids of refused and accepted prompts at the last token.
  CentroidSet refusal() {
    return refusal;
  }

  /// Whether the candidates are made only of harmful prompts that were refused and harmless ones
  /// that were not.
  boolean candidatesAreFiltered() {
    return filtered[0].count() >= FEWEST && filtered[1].count() >= FEWEST;
  }

  /// Differences in means at the post-instruction tokens, harmful minus harmless.
  DirectionTable candidates() {
    return candidatesAreFiltered()
        ? filtered[0].minus(filtered[1])
        : candidates[0].minus(candidates[1]);
  }

  /// The model's refusal tokens, or the usual ones when it refused too little to tell.
  RefusalTokens refusalTokens(AuditedModel subject) {
    return refusedFirstTokens.size() >= RefusalTokens.FEWEST_REFUSALS
        ? RefusalTokens.derive(refusedFirstTokens, subject.tokenizer())
        : RefusalTokens.usual(subject.tokenizer());
  }
}
