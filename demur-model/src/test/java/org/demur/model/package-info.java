/// Tests of models as a whole.
@NullMarked
package org.demur.model;

import org.jspecify.annotations.NullMarked;
