package org.demur.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Owner of tensors: closing a scope frees the native memory of all of them at once.
///
/// Scopes of one thread form a stack. A new tensor belongs to the innermost open scope of the
/// thread that made it; making one without a scope is an error, so that nothing is left to the
/// garbage collector. A result is moved outwards with [#keep(Tensor)]. A [detached][#detached()]
/// scope is not on the stack and owns what it [adopts][#adopt(Tensor)]: the weights of a model, a
/// KV cache.
///
/// ```java
/// try (Scope step = Scope.open()) {
///   Tensor hidden = weights.linear(input);
///   return step.keep(hidden.softmax());
/// }
/// ```
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();
  private static final AtomicLong LIVE = new AtomicLong();

  private final @Nullable Scope parent;
  private final boolean onStack;
  private final List<Tensor> owned = new ArrayList<>();
  private boolean closed;

  private Scope(@Nullable Scope parent, boolean onStack) {
    this.parent = parent;
    this.onStack = onStack;
  }

  /// Opens a scope inside the innermost one of this thread.
  public static Scope open() {
    Scope scope = new Scope(INNERMOST.get(), true);
    INNERMOST.set(scope);
    return scope;
  }

  /// Opens a scope that owns only what it adopts and may be closed by any thread.
  public static Scope detached() {
    return new Scope(null, false);
  }

  /// Tensors alive in the whole process, views counted singly.
  public static long liveTensors() {
    return LIVE.get();
  }

  static void register(Tensor tensor) {
    Scope scope = INNERMOST.get();
    if (scope == null) {
      tensor.free();
      throw new TensorException(
          ErrorCode.TENSOR_NATIVE,
          "a tensor was made outside of any scope; open one with Scope.open()");
    }
    LIVE.incrementAndGet();
    scope.add(tensor);
  }

  private void add(Tensor tensor) {
    tensor.ownedBy(this, owned.size());
    owned.add(tensor);
  }

  /// Moves a tensor of this scope to the enclosing one, so that it outlives this scope.
  ///
  /// @throws TensorException when there is no enclosing scope
  public Tensor keep(Tensor tensor) {
    if (parent == null) {
      throw new TensorException(
          ErrorCode.TENSOR_NATIVE, "there is no enclosing scope that could keep the tensor");
    }
    return parent.adopt(tensor);
  }

  /// Makes this scope the owner of a tensor that another scope owned.
  public Tensor adopt(Tensor tensor) {
    if (closed) {
      throw new TensorException(
          ErrorCode.TENSOR_NATIVE, "a closed scope cannot own a tensor any more");
    }
    tensor.owner().remove(tensor);
    synchronized (this) {
      add(tensor);
    }
    return tensor;
  }

  /// Frees one tensor of this scope before the scope ends.
  public void release(Tensor tensor) {
    remove(tensor);
    LIVE.decrementAndGet();
    tensor.free();
  }

  /// Takes a tensor out in constant time: the last one moves into its place.
  private synchronized void remove(Tensor tensor) {
    int place = tensor.place();
    if (place >= owned.size() || owned.get(place) != tensor) {
      throw new TensorException(
          ErrorCode.TENSOR_NATIVE, "the tensor is not owned by the scope that was asked for it");
    }
    Tensor last = owned.removeLast();
    if (last != tensor) {
      last.ownedBy(this, place);
      owned.set(place, last);
    }
  }

  /// Frees every tensor that this scope still owns. Closing twice does nothing.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (onStack) {
      INNERMOST.set(parent);
    }
    LIVE.addAndGet(-owned.size());
    owned.forEach(Tensor::free);
    owned.clear();
  }
}
