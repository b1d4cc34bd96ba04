/// Tests of interventions, plans and receipts.
@NullMarked
package org.demur.model.intervention;

import org.jspecify.annotations.NullMarked;
