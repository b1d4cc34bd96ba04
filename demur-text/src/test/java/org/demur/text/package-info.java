/// Tests of conversations as text and as tokens.
@NullMarked
package org.demur.text;

import org.jspecify.annotations.NullMarked;
