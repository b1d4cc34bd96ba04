/// Tensors over libtorch: a small facade with scoped ownership, device and dtype as parameters.
///
/// This module is the only one that sees `org.bytedeco`. Entry types: [org.demur.tensor.Scope] (who
/// owns a tensor), [org.demur.tensor.Tensor] (operations) and [org.demur.tensor.Tensors] (making
/// tensors). Weight files are read by the sub-packages.
@NullMarked
package org.demur.tensor;

import org.jspecify.annotations.NullMarked;
