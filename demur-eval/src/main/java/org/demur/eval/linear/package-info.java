/// Logistic regression over sparse rows; the only package that uses liblinear.
@NullMarked
package org.demur.eval.linear;

import org.jspecify.annotations.NullMarked;
