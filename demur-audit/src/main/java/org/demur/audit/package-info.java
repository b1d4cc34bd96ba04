/// Runs an audit: how a model refuses, whether it knows what it refuses, how cheaply its refusal is
/// switched off, and whether its own hidden states can guard it.
///
/// Entry type: [Audit]. Papers: Zhao et al. 2025, "LLMs Encode Harmfulness and Refusal Separately";
/// Arditi et al. 2024, "Refusal in Language Models Is Mediated by a Single Direction".
@NullMarked
package org.demur.audit;

import org.jspecify.annotations.NullMarked;
