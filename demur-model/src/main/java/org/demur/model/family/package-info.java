/// The families of decoders that can be loaded.
///
/// Entry type: [org.demur.model.family.Families]. A new family is one class that reads its
/// configuration into an [org.demur.model.config.Architecture], and one line in the registry.
@NullMarked
package org.demur.model.family;

import org.jspecify.annotations.NullMarked;
