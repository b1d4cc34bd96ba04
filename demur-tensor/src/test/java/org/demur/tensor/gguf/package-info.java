@NullMarked
package org.demur.tensor.gguf;

import org.jspecify.annotations.NullMarked;
