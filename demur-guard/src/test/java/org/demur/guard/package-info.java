/// Tests of the guard.
@NullMarked
package org.demur.guard;

import org.jspecify.annotations.NullMarked;
