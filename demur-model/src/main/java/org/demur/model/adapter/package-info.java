/// PEFT adapters: low-rank changes that are applied at run time, or merged.
///
/// Entry type: [org.demur.model.adapter.Adapters]. Source: LoRA (Hu et al. 2021); file format of
/// the peft library.
@NullMarked
package org.demur.model.adapter;

import org.jspecify.annotations.NullMarked;
