/// Tests of the analyses of a hardening: exact ones on made-up readings and on a tiny model.
@NullMarked
package org.demur.harden.explain;

import org.jspecify.annotations.NullMarked;
