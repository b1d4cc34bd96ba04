/// The olmo family.
@NullMarked
package org.demur.model.family.olmo;

import org.jspecify.annotations.NullMarked;
