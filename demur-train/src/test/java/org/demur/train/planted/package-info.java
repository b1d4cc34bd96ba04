/// A tiny model whose refusal is planted, and what hardening does to it.
@NullMarked
package org.demur.train.planted;

import org.jspecify.annotations.NullMarked;
