/// Tests of what is written for other tools.
@NullMarked
package org.demur.model.export;

import org.jspecify.annotations.NullMarked;
