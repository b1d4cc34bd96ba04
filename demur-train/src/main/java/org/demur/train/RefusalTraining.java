package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Plain refusal training: cross-entropy of refusals and of helpful replies, without any attack.
public record RefusalTraining() implements MethodSettings {
  @Override
  public HardeningMethod method() {
    return HardeningMethod.RT;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    return new LinkedHashMap<>();
  }
}
