package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Perturbs the embeddings of the user's words inside of a small ball each, so that the model
/// begins to agree: what continuous adversarial training defends against.
///
/// After the last step the loss is measured once more, which costs a forward pass of each row.
///
/// **Source.** See [EmbeddingPerturbation].
public final class EmbeddingBallAttack implements Attack {
  private final BallSettings settings;

  /// Makes the attack.
  public EmbeddingBallAttack(BallSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "embedding-ball";
  }

  @Override
  public String budget() {
    return settings.inWords();
  }

  @Override
  public boolean appliesToHarmless() {
    return false;
  }

  @Override
  public List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress) {
    EmbeddingPerturbation perturbation = new EmbeddingPerturbation(victim.model(), settings);
    TargetLoss loss = new TargetLoss(victim.model());
    InstructionTokens instructions = new InstructionTokens(victim.speaker());
    int[] target = Openers.tokens(victim.speaker(), Openers.TARGET);
    List<Attempt> attempts = new ArrayList<>();
    for (List<Request> batch : RowBatches.of(requests)) {
      List<TargetRow> rows =
          victim.questions(batch).stream().map(prompt -> TargetRow.of(prompt, target)).toList();
      List<List<Integer>> touched =
          rows.stream().map(TargetRow::prompt).map(instructions::in).toList();
      List<EmbeddingPerturbation.Perturbed> found = perturbation.against(rows, touched);
      List<TargetLoss.Measured> measured =
          loss.of(
              IntStream.range(0, rows.size())
                  .mapToObj(row -> TargetLoss.Term.towards(rows.get(row), found.get(row).plan()))
                  .toList());
      int before = attempts.size();
      for (int row = 0; row < rows.size(); row++) {
        attempts.add(
            new Attempt(
                before + row,
                "",
                victim.speaker().question(batch.get(row).text()),
                found.get(row).plan(),
                Optional.of(measured.get(row).loss())));
      }
      progress.accept(attempts.size());
    }
    return attempts;
  }
}
