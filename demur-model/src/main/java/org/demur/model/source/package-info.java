/// Finds models: local folders and GGUF files, the model cache, the Hugging Face hub, and the
/// Python packages that carry the registered models. Everything that comes from outside is checked
/// by size and hash before it is published, and a download that stops half-way goes on later.
///
/// Entry type: [org.demur.model.source.ModelSources].
@NullMarked
package org.demur.model.source;

import org.jspecify.annotations.NullMarked;
