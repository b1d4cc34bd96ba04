/// The smollm families that are not plain llama.
@NullMarked
package org.demur.model.family.smollm;

import org.jspecify.annotations.NullMarked;
