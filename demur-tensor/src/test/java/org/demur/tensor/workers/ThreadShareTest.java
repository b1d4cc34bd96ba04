package org.demur.tensor.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.demur.tensor.Engine;
import org.demur.tensor.MatrixThreads;
import org.junit.jupiter.api.Test;

class ThreadShareTest {
  @Test
  void bothPoolsGetTheThreadsAndGoBack() {
    Engine.load();
    int before = Engine.threads();
    Optional<Integer> matrices = MatrixThreads.count();

    try (ThreadShare two = new ThreadShare(2)) {
      assertThat(Engine.threads()).isEqualTo(2);
      assertThat(MatrixThreads.count()).isEqualTo(matrices.map(known -> 2));
      try (ThreadShare one = new ThreadShare(1)) {
        assertThat(MatrixThreads.count()).isEqualTo(matrices.map(known -> 1));
      }
      assertThat(MatrixThreads.count()).isEqualTo(matrices.map(known -> 2));
    }

    assertThat(Engine.threads()).isEqualTo(before);
    assertThat(MatrixThreads.count()).isEqualTo(matrices);
  }
}
