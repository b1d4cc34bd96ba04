/// Tests of training.
@NullMarked
package org.demur.attacks;

import org.jspecify.annotations.NullMarked;
