/// Names of the places where a forward pass can be read and edited, and the selection of tokens.
///
/// Entry types: [org.demur.model.hook.HookPoint] and [org.demur.model.hook.Positions]. The names
/// follow TransformerLens.
@NullMarked
package org.demur.model.hook;

import org.jspecify.annotations.NullMarked;
