/// Tests of configurations of all families.
@NullMarked
package org.demur.model.config;

import org.jspecify.annotations.NullMarked;
