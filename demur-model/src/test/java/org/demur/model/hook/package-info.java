/// Tests of hook points and positions.
@NullMarked
package org.demur.model.hook;

import org.jspecify.annotations.NullMarked;
