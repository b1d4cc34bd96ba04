/// The llama family.
@NullMarked
package org.demur.model.family.llama;

import org.jspecify.annotations.NullMarked;
