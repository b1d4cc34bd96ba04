@NullMarked
package org.demur.core;

import org.jspecify.annotations.NullMarked;
