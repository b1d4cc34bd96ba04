/// The safetensors format: one file, several files behind an index, and writing.
///
/// Entry types: [org.demur.tensor.safetensors.SafetensorsFile],
/// [org.demur.tensor.safetensors.SafetensorsIndex] and
/// [org.demur.tensor.safetensors.SafetensorsWriter].
///
/// **Source.** The README and `tensor.rs` of the safetensors repository of Hugging Face.
@NullMarked
package org.demur.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
