package org.demur.model.weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.demur.model.config.Architecture;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.EightBit;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.gguf.GgufFile;

/// Weights of a GGUF file under their Hugging Face names.
///
/// Undoes what the converter did: rows of queries and keys are put back into two halves per head,
/// stacked experts are taken apart, and 1 is subtracted from the norms of families that store the
/// difference from 1.
public final class GgufWeights implements WeightSource {
  private final GgufFile file;
  private final SequencedMap<String, GgufNames> places = new LinkedHashMap<>();
  private final Set<String> unused;

  /// Maps the names of an architecture to the tensors of a file.
  public GgufWeights(GgufFile file, Architecture architecture) {
    this.file = file;
    this.unused = new LinkedHashSet<>(file.tensors().keySet());
    for (String name : WeightLayout.of(architecture).keySet()) {
      Optional<GgufNames> place = GgufNames.of(name, architecture);
      if (place.isPresent() && file.tensors().containsKey(place.get().tensor())) {
        places.put(name, place.get());
        unused.remove(place.get().tensor());
      }
    }
    unused.removeIf(name -> name.startsWith("rope_f")); // factors of the rotary embedding
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public SequencedMap<String, List<Long>> shapes() {
    SequencedMap<String, List<Long>> shapes = new LinkedHashMap<>();
    places.forEach(
        (name, place) -> {
          List<Long> shape = file.tensor(place.tensor()).shape();
          shapes.put(
              name,
              place.expert() >= 0 && !shape.isEmpty() ? shape.subList(1, shape.size()) : shape);
        });
    unused.forEach(name -> shapes.put(name, file.tensor(name).shape()));
    return shapes;
  }

  @Override
  public SequencedMap<String, StorageType> types() {
    SequencedMap<String, StorageType> types = new LinkedHashMap<>();
    places.forEach((name, place) -> types.put(name, file.tensor(place.tensor()).type()));
    unused.forEach(name -> types.put(name, file.tensor(name).type()));
    return types;
  }

  @Override
  public Tensor load(String name, DType type, Device device) {
    GgufNames place = places.get(name);
    if (place == null) {
      return Tensors.ofStored(file.tensor(name), type, device);
    }
    StoredTensor stored = file.tensor(place.tensor());
    Tensor loaded =
        Tensors.ofStored(place.expert() < 0 ? stored : slice(stored, place.expert()), type, device);
    if (place.normOffset() != 0) {
      loaded = loaded.add(-place.normOffset());
    }
    return place.permutedHeads() == 0 ? loaded : unpermuted(loaded, place.permutedHeads());
  }

  @Override
  public Tensor loadEightBit(String name) {
    GgufNames place = places.get(name);
    if (place == null || file.tensor(place.tensor()).type() != StorageType.Q8_0) {
      return WeightSource.super.loadEightBit(name);
    }
    StoredTensor stored = file.tensor(place.tensor());
    Tensor blocks = EightBit.ofStored(place.expert() < 0 ? stored : slice(stored, place.expert()));
    // rows are whole blocks, so that they can be put into another order as they are
    return place.permutedHeads() == 0 ? blocks : unpermuted(blocks, place.permutedHeads());
  }

  /// One expert of a stack `[expert, out, in]`.
  private static StoredTensor slice(StoredTensor stack, int expert) {
    long experts = stack.shape().getFirst();
    if (expert >= experts) {
      throw new org.demur.model.config.ModelException(
          org.demur.core.ErrorCode.MODEL_WEIGHTS,
          "%s: tensor %s holds %d experts, but expert %d is needed"
              .formatted(stack.file(), stack.name(), experts, expert));
    }
    long bytes = stack.bytes().byteSize() / experts;
    return new StoredTensor(
        stack.name(),
        stack.type(),
        stack.shape().subList(1, stack.shape().size()),
        stack.bytes().asSlice(expert * bytes, bytes),
        stack.file());
  }

  /// A weight as the file would hold it.
  ///
  /// @param tensor its name in the file
  /// @param values row by row
  public record Stored(String tensor, float[] values) {
    /// Copies the values.
    public Stored {
      values = values.clone();
    }
  }

  /// Turns a matrix into the order of the file, the opposite of [#load].
  ///
  /// @param name its Hugging Face name
  /// @param weight `[out, in]`
  /// @throws org.demur.model.config.ModelException with `MODEL_WEIGHTS` when the file does not hold
  ///   it as one tensor, as it is with experts
  public Stored stored(String name, Tensor weight) {
    GgufNames place = places.get(name);
    if (place == null || place.expert() >= 0 || place.normOffset() != 0) {
      throw new org.demur.model.config.ModelException(
          org.demur.core.ErrorCode.MODEL_WEIGHTS,
          "%s does not hold %s as a tensor of its own, so it cannot be changed"
              .formatted(file.path(), name));
    }
    int heads = place.permutedHeads();
    return new Stored(
        place.tensor(), (heads == 0 ? weight : permuted(weight, heads)).contiguous().toFloats());
  }

  /// Rows from two halves of each head to alternating pairs.
  private static Tensor permuted(Tensor rows, int heads) {
    long out = rows.size(0);
    long in = rows.size(1);
    return rows.reshape(heads, 2, out / heads / 2, in).transpose(1, 2).reshape(out, in);
  }

  /// Rows from alternating pairs back to two halves of each head.
  private static Tensor unpermuted(Tensor rows, int heads) {
    long out = rows.size(0);
    long in = rows.rank() == 1 ? 1 : rows.size(1);
    Tensor halves = rows.reshape(heads, out / heads / 2, 2, in).transpose(1, 2).reshape(out, in);
    return rows.rank() == 1 ? halves.reshape(out) : halves.contiguous();
  }

  @Override
  public void close() {
    file.close();
  }
}
