package org.demur.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.demur.eval.judge.ReplyClass;
import org.junit.jupiter.api.Test;

class JudgedReplyTest {
  @Test
  void aJudgedReplyIsReadAsItWasKept() {
    JudgedReply reply = new JudgedReply(ReplyClass.PARTIAL_REFUSAL, 0.25, true, 7, "I would");
    Map<String, Object> row = reply.toRow();
    assertThat(JudgedReply.ofRow(row)).isEqualTo(reply);
    assertThat(reply.declined()).isTrue();
    assertThat(reply.coherent()).isTrue();
  }
}
