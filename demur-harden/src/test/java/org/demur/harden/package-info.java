/// Tests of hardening runs.
@NullMarked
package org.demur.harden;

import org.jspecify.annotations.NullMarked;
