package org.demur.model.intervention;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.model.config.ModelException;

/// A vector for every layer, or one for all: directions, means, replacements.
///
/// **Shapes**: `[width]` or `[layer, width]`. Two are equal when all their numbers are.
public final class LayerVectors {
  private final int width;
  private final float[] values;
  private final String id;

  private LayerVectors(int width, float[] values) {
    this.width = width;
    this.values = values;
    MessageDigest digest = Hashes.sha256();
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.asFloatBuffer().put(values);
    digest.update(bytes);
    this.id = width + ":" + Hashes.hex(digest);
  }

  /// The same vector for every layer.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when it is empty or a number is not finite
  public static LayerVectors same(float... vector) {
    return perLayer(vector.length, vector);
  }

  /// A vector for each layer, one after the other.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when the numbers do not fill whole vectors, or
  ///   one is not finite
  public static LayerVectors perLayer(int width, float... values) {
    if (width < 1 || values.length == 0 || values.length % width != 0) {
      throw new ModelException(
          ErrorCode.PLAN,
          "%d numbers do not make whole vectors of %d".formatted(values.length, width));
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ModelException(
            ErrorCode.PLAN, "a vector holds " + value + ", but finite numbers are needed");
      }
    }
    return new LayerVectors(width, values.clone());
  }

  /// Numbers of one vector.
  public int width() {
    return width;
  }

  /// Vectors stored: 1 when all layers share it.
  public int count() {
    return values.length / width;
  }

  /// All numbers, `[count, width]`.
  public float[] values() {
    return values.clone();
  }

  /// The vector of a layer.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when there is none for that layer
  public float[] at(int layer) {
    int row = count() == 1 ? 0 : layer;
    if (row >= count()) {
      throw new ModelException(
          ErrorCode.PLAN,
          "there are vectors for %d layers, but layer %d is edited".formatted(count(), layer));
    }
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /// The vector of a layer divided by its length.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] when it is zero
  public float[] unitAt(int layer) {
    float[] vector = at(layer);
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    if (square == 0) {
      throw new ModelException(
          ErrorCode.PLAN, "the direction of layer " + layer + " is zero and has no projection");
    }
    double length = Math.sqrt(square);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerVectors vectors && vectors.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "LayerVectors[" + count() + " x " + width + "]";
  }
}
