/// Weights of a decoder under the names of the Hugging Face checkpoints, from either file format.
///
/// Entry types: [org.demur.model.weights.WeightSource] (a file) and
/// [org.demur.model.weights.ModelWeights] (loaded tensors).
@NullMarked
package org.demur.model.weights;

import org.jspecify.annotations.NullMarked;
