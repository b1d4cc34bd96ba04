package org.demur.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private static Tensor three() {
    return Tensors.ofFloats(new float[] {1, 2, 3}, Device.CPU, 3);
  }

  @Test
  void closingAScopeFreesEverythingThatItOwns() {
    long before = Scope.liveTensors();
    List<Tensor> made = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      made.add(three());
      made.add(made.getFirst().add(1));
      assertThat(made).allSatisfy(tensor -> assertThat(tensor.owner()).isSameAs(scope));
      assertThat(Scope.liveTensors()).isEqualTo(before + 2);
    }
    assertThat(Scope.liveTensors()).isEqualTo(before);
    assertThatThrownBy(() -> made.getLast().toFloats())
        .isInstanceOf(TensorException.class)
        .hasMessage("a tensor was used after the scope that owned it was closed");
    assertThat(made.getFirst()).hasToString("Tensor[closed]");
  }

  @Test
  void aTensorOutsideOfAnyScopeIsRefusedAndFreed() {
    long before = Scope.liveTensors();

    assertThatThrownBy(ScopeTest::three)
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("outside of any scope; open one with Scope.open()");

    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void aKeptTensorOutlivesItsScope() {
    try (Scope outer = Scope.open()) {
      Tensor kept;
      try (Scope inner = Scope.open()) {
        kept = inner.keep(three().multiply(2));
      }
      assertThat(kept.owner()).isSameAs(outer);
      assertThat(kept.toFloats()).containsExactly(2, 4, 6);
    }
  }

  @Test
  void theOutermostScopeCannotKeep() {
    try (Scope only = Scope.open()) {
      Tensor tensor = three();

      assertThatThrownBy(() -> only.keep(tensor))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("no enclosing scope");
    }
  }

  @Test
  void aDetachedScopeOwnsWhatItAdoptsUntilItIsClosed() {
    long before = Scope.liveTensors();
    Scope detached = Scope.detached();
    Tensor adopted;
    try (Scope step = Scope.open()) {
      Tensor made = three();
      assertThat(made.owner()).isSameAs(step);
      adopted = detached.adopt(made);
    }
    assertThat(adopted.toString()).isEqualTo("Tensor[3]fp32");
    assertThat(Scope.liveTensors()).isEqualTo(before + 1);
    detached.close();
    detached.close();
    assertThat(adopted).hasToString("Tensor[closed]");
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void aClosedScopeAdoptsNothing() {
    Scope closed = Scope.detached();
    closed.close();
    try (Scope step = Scope.open()) {
      Tensor tensor = three();

      assertThatThrownBy(() -> closed.adopt(tensor))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("a closed scope cannot own");
      assertThat(tensor.owner()).isSameAs(step);
    }
  }

  @Test
  void aTensorCanBeReleasedEarlyInAnyOrder() {
    long before = Scope.liveTensors();
    try (Scope scope = Scope.open()) {
      Tensor first = three();
      Tensor second = three();
      Tensor third = three();
      scope.release(first);
      scope.release(third);

      assertThat(Scope.liveTensors()).isEqualTo(before + 1);
      assertThat(second.toFloats()).containsExactly(1, 2, 3);
      assertThatThrownBy(() -> scope.release(first))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("not owned by the scope");
    }
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void aViewKeepsTheMemoryOfWhatItShows() {
    try (Scope outer = Scope.open()) {
      Tensor view;
      try (Scope inner = Scope.open()) {
        view = inner.keep(three().narrow(0, 1, 2));
      }
      assertThat(view.owner()).isSameAs(outer);
      assertThat(view.toFloats()).containsExactly(2, 3);
    }
  }

  @Test
  void scopesOfThreadsAreTheirOwn() throws InterruptedException {
    try (Scope here = Scope.open()) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread other =
          new Thread(
              () -> {
                try {
                  three();
                } catch (TensorException e) {
                  failure.set(e);
                }
              });
      other.start();
      other.join();
      assertThat(failure.get()).hasMessageContaining("outside of any scope");
      assertThat(three().owner()).isSameAs(here);
    }
  }

  @Test
  void anEmptyTensorHasNoElements() {
    try (Scope scope = Scope.open()) {
      assertThat(Tensors.ofInts(new int[0], Device.CPU).toLongs()).isEmpty();
      assertThat(Tensors.zeros(DType.FLOAT32, Device.CPU, 0, 4).toFloats()).isEmpty();
    }
  }
}
