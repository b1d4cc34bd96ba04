/// Tests that concern the whole module.
@NullMarked
package org.demur.eval;

import org.jspecify.annotations.NullMarked;
