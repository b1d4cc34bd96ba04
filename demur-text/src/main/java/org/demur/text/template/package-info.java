/// Chat templates: the Jinja source that comes with a model, rendered to the text of a
/// conversation.
///
/// Entry type [org.demur.text.template.ChatTemplate]. Templates are untrusted: they are run by our
/// own interpreter (package `org.demur.text.jinja`), which has no access to the JVM and is bounded
/// in steps, memory, output and nesting.
@NullMarked
package org.demur.text.template;

import org.jspecify.annotations.NullMarked;
