/// Conversations as text and as tokens: messages, the encoding of a chat through a template and a
/// tokenizer, and the positions of the user's text in it.
///
/// Entry type [org.demur.text.ChatEncoder]. Tokenizers are in `org.demur.text.tokenizer`, chat
/// templates in `org.demur.text.template`.
@NullMarked
package org.demur.text;

import org.jspecify.annotations.NullMarked;
