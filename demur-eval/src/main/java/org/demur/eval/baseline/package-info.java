/// What can be told of a prompt from its surface, as the measure that a model's inside must beat.
///
/// Entry type: [org.demur.eval.baseline.SurfaceBaselines].
@NullMarked
package org.demur.eval.baseline;

import org.jspecify.annotations.NullMarked;
