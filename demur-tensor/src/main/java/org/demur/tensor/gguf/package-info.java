/// The GGUF format of llama.cpp, versions 2 and 3: metadata, tensors, and writing.
///
/// Entry types: [org.demur.tensor.gguf.GgufFile] and [org.demur.tensor.gguf.GgufWriter].
///
/// **Source.** `docs/gguf.md` of the ggml repository, and the Python package gguf 0.19.
@NullMarked
package org.demur.tensor.gguf;

import org.jspecify.annotations.NullMarked;
