/// The forward pass: norms, attention, MLP, mixture of experts, rotary embedding, KV cache.
///
/// Entry type: [org.demur.model.decoder.Decoder]. One block serves all families; what differs is in
/// [org.demur.model.config.Architecture]. Tokens of all rows lie one after the other (`[token,
/// ...]`), so that rows of different lengths cost no padding.
@NullMarked
package org.demur.model.decoder;

import org.jspecify.annotations.NullMarked;
