/// Explains a finished hardening: analyses A1 to A5 of the refusal direction, for every state of
/// the model in the run.
///
/// Entry type: [org.demur.harden.explain.Explaining], on a [org.demur.harden.explain.FinishedRun].
/// Nothing is generated but the short replies that tell how a model begins its refusals; they are
/// judged and dropped.
///
/// **Source.** Yu et al. 2024, "Robust LLM safeguarding via refusal feature adversarial training".
@NullMarked
package org.demur.harden.explain;

import org.jspecify.annotations.NullMarked;
