/// Tests of attacks.
@NullMarked
package org.demur.attacks;

import org.jspecify.annotations.NullMarked;
