/// The granite family.
@NullMarked
package org.demur.model.family.granite;

import org.jspecify.annotations.NullMarked;
