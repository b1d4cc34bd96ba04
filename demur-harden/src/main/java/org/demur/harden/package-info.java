/// Hardens a model and shows what it holds against: before, after refusal training, after ReFAT.
///
/// Entry types: [org.demur.harden.AttackRun] attacks one model and judges its replies;
/// [org.demur.harden.HardeningRun] trains and attacks stage by stage. Replies are judged, hashed
/// and dropped.
///
/// **Source.** Yu et al. 2024, "Robust LLM safeguarding via refusal feature adversarial training".
@NullMarked
package org.demur.harden;

import org.jspecify.annotations.NullMarked;
