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
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// What one pass over the train prompts gives: the centroids of both guards and the candidate
/// directions.
///
/// Harmful and harmless prompts are told apart by label at t_inst; refused and accepted ones by the
/// sign of their refusal log-odds, at the last token. Candidates are the difference between harmful
/// requests that are refused and everyday requests that are accepted.
///
/// **Source.** Zhao et al. 2025, section 2; Arditi et al. 2024 (filter by refusal score,
/// candidates).
final class TrainPass {
  /// With fewer prompts on a side a mean says little; all prompts are taken then.
  static final int FEWEST = RefusalTokens.FEWEST_REFUSALS;

  private final CentroidSet harmfulness;
  private final CentroidSet refusal;
  private final MeanTable harmful;
  private final MeanTable refusedHarmful;
  private final MeanTable everyday;
  private final MeanTable acceptedEveryday;
  private final RefusalTokens tokens;
  private final int nPost;

  private TrainPass(AuditedModel subject, RefusalTokens tokens, int nPost) {
    this.harmfulness = new CentroidSet(subject.fingerprint());
    this.refusal = new CentroidSet(subject.fingerprint());
    this.tokens = tokens;
    this.nPost = nPost;
    this.harmful = table(subject);
    this.refusedHarmful = table(subject);
    this.everyday = table(subject);
    this.acceptedEveryday = table(subject);
  }

  private MeanTable table(AuditedModel subject) {
    return new MeanTable(
        nPost, subject.fingerprint().nLayers() + 1, subject.fingerprint().dModel());
  }

  static TrainPass run(AuditedModel subject, Cases cases, RefusalTokens tokens) {
    TrainPass pass = new TrainPass(subject, tokens, cases.nPost());
    List<PromptCase> all = new ArrayList<>(cases.train());
    all.addAll(cases.everyday().train());
    int pairs = cases.train().size();
    new ResidualReader(subject.model())
        .read(
            Cases.tokens(all),
            Spots.all(cases.nPost()),
            Plan.NONE,
            true,
            (index, row, logits) -> {
              boolean refused = NextToken.refusalLogOdds(logits, tokens.ids()) > 0;
              pass.take(all.get(index), index >= pairs, refused, row);
            });
    return pass;
  }

  private void take(PromptCase one, boolean isEveryday, boolean refused, ResidualRow row) {
    ResidualRow tInst = row.at(0);
    ResidualRow last = row.at(nPost);
    ResidualRow post = row.from(1);
    if (one.harmful()) {
      harmfulness.addPositive(tInst, one.source().category().orElse(null));
    } else if (!isEveryday) {
      harmfulness.addNegative(tInst);
    }
    if (refused) {
      refusal.addPositive(last, null);
    } else {
      refusal.addNegative(last);
    }
    if (one.harmful()) {
      harmful.add(post);
    } else if (isEveryday) {
      everyday.add(post);
    }
    if (one.harmful() && refused) {
      refusedHarmful.add(post);
    } else if (isEveryday && !refused) {
      acceptedEveryday.add(post);
    }
  }

  /// Centroids of harmful and harmless prompts at t_inst.
  CentroidSet harmfulness() {
    return harmfulness;
  }

  /// Centroids of refused and accepted prompts at the last token.
  CentroidSet refusal() {
    return refusal;
  }

  /// The refusal tokens by which prompts were told apart.
  RefusalTokens tokens() {
    return tokens;
  }

  /// Whether the candidates are made only of harmful prompts that are refused and everyday ones
  /// that are not.
  boolean candidatesAreFiltered() {
    return refusedHarmful.count() >= FEWEST && acceptedEveryday.count() >= FEWEST;
  }

  /// Differences in means at the post-instruction tokens.
  DirectionTable candidates() {
    return candidatesAreFiltered()
        ? refusedHarmful.minus(acceptedEveryday)
        : harmful.minus(everyday);
  }

  /// The refusal tokens of the model: from its own refusals of harmful train prompts, or the usual
  /// ones when it refuses too few.
  ///
  /// @param asked harmful train prompts
  /// @param replies what it replied to them
  static RefusalTokens refusalTokens(
      AuditedModel subject, List<PromptCase> asked, List<JudgedReply> replies) {
    List<Prompt> refused = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (replies.get(i).declined()) {
        refused.add(asked.get(i).tokens());
      }
    }
    if (refused.size() < FEWEST) {
      return RefusalTokens.usual(subject.tokenizer());
    }
    List<double[]> firstTokens = new ArrayList<>();
    new ResidualReader(subject.model())
        .lastLogits(
            refused,
            Plan.NONE,
            (index, logits) -> firstTokens.add(NextToken.probabilities(logits)));
    return RefusalTokens.derive(firstTokens, subject.tokenizer());
  }
}
