/// Tests of the surface baselines.
@NullMarked
package org.demur.eval.baseline;

import org.jspecify.annotations.NullMarked;
