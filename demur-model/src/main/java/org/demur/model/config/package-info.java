/// What a decoder is made of, as plain values, and the readers that get it from `config.json`.
///
/// Entry types: [org.demur.model.config.Architecture] and [org.demur.model.config.ConfigJson].
@NullMarked
package org.demur.model.config;

import org.jspecify.annotations.NullMarked;
