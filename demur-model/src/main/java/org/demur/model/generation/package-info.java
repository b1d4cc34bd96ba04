/// Text generation: greedy and sampled decoding of one row or many.
///
/// Entry type: [org.demur.model.generation.Generator].
@NullMarked
package org.demur.model.generation;

import org.jspecify.annotations.NullMarked;
