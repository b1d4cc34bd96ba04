/// Tests of weights from files.
@NullMarked
package org.demur.model.weights;

import org.jspecify.annotations.NullMarked;
