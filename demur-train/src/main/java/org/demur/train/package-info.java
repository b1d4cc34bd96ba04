/// Refusal training of an adapter, plain and with the refusal direction ablated (ReFAT).
///
/// Entry types: [org.demur.train.Trainer] runs a training from [org.demur.train.TrainingData] under
/// [org.demur.train.TrainingSettings]; [org.demur.train.TrainingSession] is one step of it. Paper:
/// Yu et al. 2024, "Robust LLM safeguarding via refusal feature adversarial training" (ReFAT).
@NullMarked
package org.demur.train;

import org.jspecify.annotations.NullMarked;
