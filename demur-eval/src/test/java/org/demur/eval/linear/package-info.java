/// Tests of logistic regression.
@NullMarked
package org.demur.eval.linear;

import org.jspecify.annotations.NullMarked;
