@NullMarked
package org.demur.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
