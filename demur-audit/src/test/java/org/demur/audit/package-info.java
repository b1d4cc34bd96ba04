/// Tests of audits.
@NullMarked
package org.demur.audit;

import org.jspecify.annotations.NullMarked;
