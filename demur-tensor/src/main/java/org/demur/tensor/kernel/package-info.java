/// Kernels on raw memory for what libtorch does slowly: matrix products with few rows, and the
/// element-wise work between large products in one pass over memory instead of several.
///
/// They are written with the JDK's Vector API, an incubating module that a JVM must be started with
/// (`--add-modules jdk.incubator.vector`). [org.demur.tensor.kernel.Kernels#available()] says
/// whether it was; without it nothing of this package may be used, and nothing needs to be.
///
/// All numbers are summed in single precision; bfloat16 and quantised operands are widened first.
/// Results do not depend on the number of threads.
@NullMarked
package org.demur.tensor.kernel;

import org.jspecify.annotations.NullMarked;
