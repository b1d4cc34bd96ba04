/// Files of stored tensors, whatever their format: names, types, shapes, memory-mapped bytes, and
/// conversion of every stored type to 32-bit floats.
///
/// Entry types: [org.demur.tensor.file.TensorFile] and [org.demur.tensor.file.Dequantizer].
@NullMarked
package org.demur.tensor.file;

import org.jspecify.annotations.NullMarked;
