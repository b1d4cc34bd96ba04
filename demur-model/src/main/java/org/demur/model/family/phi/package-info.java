/// The phi family.
@NullMarked
package org.demur.model.family.phi;

import org.jspecify.annotations.NullMarked;
