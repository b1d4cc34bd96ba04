/// Tests of tensors and scopes over the native library.
@NullMarked
package org.demur.tensor.kernel;

import org.jspecify.annotations.NullMarked;
