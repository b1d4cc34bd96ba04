/// Edits of the residual stream as values, and the receipts that prove that they fired.
///
/// Entry types: [org.demur.model.intervention.Plan] (what to edit),
/// [org.demur.model.intervention.InterventionRun] (carries plans out) and
/// [org.demur.model.intervention.Receipt] (what happened). Sources: refusal directions (Arditi et
/// al. 2024), ReFAT (Yu et al. 2024), activation patching as in TransformerLens.
@NullMarked
package org.demur.model.intervention;

import org.jspecify.annotations.NullMarked;
