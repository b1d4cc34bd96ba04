/// Open-weight decoders on the JVM: load a model, run it, read and edit its residual stream.
///
/// Entry type: [org.demur.model.LanguageModel].
@NullMarked
package org.demur.model;

import org.jspecify.annotations.NullMarked;
