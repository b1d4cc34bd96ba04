/// Tests of tensors and scopes over the native library.
@NullMarked
package org.demur.tensor;

import org.jspecify.annotations.NullMarked;
