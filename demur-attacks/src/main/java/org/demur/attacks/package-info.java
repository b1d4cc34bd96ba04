/// Attacks on refusal, for evaluation and for training against them.
///
/// Entry type: [org.demur.attacks.Attack] turns requests into [org.demur.attacks.Attempt]s, which
/// say what the model is given and what is edited while it runs. Nothing here judges replies,
/// stores them or changes a model. What optimised attacks make likely is the beginning of an
/// agreeing reply that says nothing; no harmful text is needed or kept.
///
/// Training uses the inner steps: [org.demur.attacks.EmbeddingPerturbation] (continuous adversarial
/// training), [org.demur.attacks.LatentPerturbation] (latent adversarial training) and
/// [org.demur.attacks.SuffixSearch] (training against suffixes).
///
/// **Source.** Arditi et al. 2024 (refusal direction); Zou et al. 2023 (GCG); Schwinn et al. 2024
/// (soft prompts); Xhonneux et al. 2024 (bounded perturbations of embeddings); Sheshadri et al.
/// 2024 (perturbations of the residual stream).
@NullMarked
package org.demur.attacks;

import org.jspecify.annotations.NullMarked;
