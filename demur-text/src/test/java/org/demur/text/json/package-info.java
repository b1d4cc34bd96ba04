/// Tests of the bounded JSON reader.
@NullMarked
package org.demur.text.json;

import org.jspecify.annotations.NullMarked;
