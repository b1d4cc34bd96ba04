/// Tests of verification.
@NullMarked
package org.demur.model.verify;

import org.jspecify.annotations.NullMarked;
