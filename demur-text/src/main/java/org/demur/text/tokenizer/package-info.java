/// Text to token ids and back, for the `tokenizer.json` of a Hugging Face folder and for the
/// vocabulary of a GGUF file.
///
/// Entry type [org.demur.text.tokenizer.Tokenizer]. Both kinds run in the same native library
/// (Hugging Face tokenizers through DJL); which literal in a text becomes a control token is
/// decided here and not there, so that text cannot forge one. Everything read is untrusted and
/// checked before the native library sees it.
@NullMarked
package org.demur.text.tokenizer;

import org.jspecify.annotations.NullMarked;
