/// Tests of text generation.
@NullMarked
package org.demur.model.generation;

import org.jspecify.annotations.NullMarked;
