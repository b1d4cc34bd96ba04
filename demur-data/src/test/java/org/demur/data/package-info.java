/// Tests of prompt sets and of the readers of prompt files.
@NullMarked
package org.demur.data;

import org.jspecify.annotations.NullMarked;
