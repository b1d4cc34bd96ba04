/// Attacks a model by fine-tuning: trains an adapter that lives in memory only on bare openers,
/// asks what became of the model's refusal and of its belief of harmfulness, and throws the adapter
/// away.
@NullMarked
package org.demur.harden.finetune;

import org.jspecify.annotations.NullMarked;
