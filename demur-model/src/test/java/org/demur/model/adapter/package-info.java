/// Tests of adapters.
@NullMarked
package org.demur.model.adapter;

import org.jspecify.annotations.NullMarked;
