/// Tests of tokenizers: reference rows, vocabularies made here, and damaged files.
@NullMarked
package org.demur.text.tokenizer;

import org.jspecify.annotations.NullMarked;
