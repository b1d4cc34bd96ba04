/// Writes models in the form that other tools read.
@NullMarked
package org.demur.model.export;

import org.jspecify.annotations.NullMarked;
