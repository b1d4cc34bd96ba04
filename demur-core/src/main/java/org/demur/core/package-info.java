/// What every module shares: the error family, name suggestions, hashing and safe file writing.
///
/// Entry type: [org.demur.core.DemurException].
@NullMarked
package org.demur.core;

import org.jspecify.annotations.NullMarked;
