/// Tests of comparisons of audits.
@NullMarked
package org.demur.audit.compare;

import org.jspecify.annotations.NullMarked;
