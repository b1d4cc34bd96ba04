package org.demur.train;

import java.util.List;
import org.demur.attacks.BallSettings;
import org.demur.attacks.EmbeddingPerturbation;
import org.demur.attacks.TargetRow;

/// The inner attack of continuous adversarial training on rows that reply with openers.
final class EmbeddingAdversary {
  private final EmbeddingPerturbation attack;
  private final InstructionSpan span;

  EmbeddingAdversary(Method.Context context, BallSettings ball) {
    attack = new EmbeddingPerturbation(context.model(), ball);
    span = new InstructionSpan(context.data());
  }

  /// Perturbs the embeddings of the instructions so that the openers become likely.
  List<EmbeddingPerturbation.Perturbed> against(List<TrainingRow> opened) {
    List<TargetRow> rows =
        opened.stream().map(row -> new TargetRow(row.prompt(), row.learnt())).toList();
    return attack.against(rows, opened.stream().map(span::in).toList());
  }

  /// Mean loss of the openers before the last step of an attack, nats per token.
  static double lastLoss(List<EmbeddingPerturbation.Perturbed> perturbed) {
    return perturbed.stream().mapToDouble(each -> each.losses().getLast()).average().orElse(0);
  }
}
