/// Tests of attacks by fine-tuning.
@NullMarked
package org.demur.harden.finetune;

import org.jspecify.annotations.NullMarked;
