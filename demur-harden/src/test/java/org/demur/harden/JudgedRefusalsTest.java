package org.demur.harden;

import static org.assertj.core.api.Assertions.assertThat;

import org.demur.eval.judge.ReplyJudge;
import org.demur.train.Refusals;
import org.junit.jupiter.api.Test;

class JudgedRefusalsTest {
  @Test
  void whatModelsAreTrainedToSayIsReadAsDeclining() {
    ReplyJudge judge = ReplyJudge.shipped();
    assertThat(Refusals.builtIn())
        .hasSizeGreaterThanOrEqualTo(40)
        .allSatisfy(refusal -> assertThat(judge.judge(refusal).label().declines()).isTrue());
  }
}
