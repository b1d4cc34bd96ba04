/// Tests of the judge of replies, its training and its calibration.
@NullMarked
package org.demur.eval.judge;

import org.jspecify.annotations.NullMarked;
