/// The gemma families.
@NullMarked
package org.demur.model.family.gemma;

import org.jspecify.annotations.NullMarked;
