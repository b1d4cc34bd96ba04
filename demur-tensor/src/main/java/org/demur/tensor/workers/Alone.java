package org.demur.tensor.workers;

import java.util.List;

/// One process without others: every sum is the number itself.
enum Alone implements Workers {
  /// The only one.
  WORKER;

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void sum(float[] numbers) {
    // the sum over one worker
  }

  @Override
  public void sum(double[] numbers) {
    // the sum over one worker
  }

  @Override
  public List<String> texts(String own) {
    return List.of(own);
  }

  @Override
  public void call(byte[] message) {
    // nobody listens
  }

  @Override
  public byte[] await() {
    throw new IllegalStateException("the first worker waits for nobody");
  }

  @Override
  public void dismiss() {
    // nobody waits
  }

  @Override
  public void close() {
    // nothing is open
  }
}
