package org.demur.model.decoder;

import java.util.List;
import org.demur.tensor.Tensor;

/// What a block does after attention.
///
/// **Shapes**: `[token, dModel]` to `[token, dModel]`.
interface FeedForward {
  Tensor forward(Tensor x);

  /// The linear maps that an adapter can change.
  List<Projection> projections();
}
