/// The qwen families.
@NullMarked
package org.demur.model.family.qwen;

import org.jspecify.annotations.NullMarked;
