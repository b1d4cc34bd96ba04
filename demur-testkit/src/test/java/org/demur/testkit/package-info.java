/// Tests of what the other modules test with.
@NullMarked
package org.demur.testkit;

import org.jspecify.annotations.NullMarked;
