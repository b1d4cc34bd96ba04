@NullMarked
package org.demur.tensor.file;

import org.jspecify.annotations.NullMarked;
