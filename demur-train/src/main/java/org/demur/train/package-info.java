/// Refusal training of an adapter, plain, with the refusal direction ablated (ReFAT), and with the
/// methods that it is compared with: DeepRefusal, CAT, CAPO, LAT, circuit breakers, R2D2.
///
/// Entry types: [org.demur.train.Trainer] runs a training from [org.demur.train.TrainingData] under
/// [org.demur.train.TrainingSettings]; [org.demur.train.HardeningMethod] names the methods, each of
/// which has its settings; [org.demur.train.TrainingSession] is one step. Paper: Yu et al. 2024,
/// "Robust LLM safeguarding via refusal feature adversarial training" (ReFAT).
@NullMarked
package org.demur.train;

import org.jspecify.annotations.NullMarked;
