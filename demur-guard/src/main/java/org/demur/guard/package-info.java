/// Latent Guard: whether a prompt is harmful, read from the hidden states of its own prefill.
///
/// Entry types: [CentroidSet] is fitted from prompts, [LatentGuard] scores. Paper: Zhao et al.
/// 2025, "LLMs Encode Harmfulness and Refusal Separately" (NeurIPS 2025), sections 3 and 5.
@NullMarked
package org.demur.guard;

import org.jspecify.annotations.NullMarked;
