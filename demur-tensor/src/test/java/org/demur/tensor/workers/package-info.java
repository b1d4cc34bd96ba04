/// Tests of workers, in processes of their own.
@NullMarked
package org.demur.tensor.workers;

import org.jspecify.annotations.NullMarked;
