/// A sandboxed interpreter for the part of Jinja that chat templates use.
///
/// Entry type: [org.demur.text.jinja.Program]. It reproduces jinja2 3.1.6 as Hugging Face
/// transformers sets it up (immutable sandbox, `trim_blocks`, `lstrip_blocks`, loop controls,
/// `generation` blocks), with Python's semantics for values, texts and errors. A template sees only
/// the values that are passed in: no reflection, no file, no clock but the given one. Steps,
/// memory, output and nesting are bounded. Other packages use it through `org.demur.text.template`.
@NullMarked
package org.demur.text.jinja;

import org.jspecify.annotations.NullMarked;
