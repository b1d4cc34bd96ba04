/// The mistral families.
@NullMarked
package org.demur.model.family.mistral;

import org.jspecify.annotations.NullMarked;
