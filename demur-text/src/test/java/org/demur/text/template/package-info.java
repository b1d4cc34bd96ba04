/// Tests of chat templates against jinja2's own output, and of their bounds and errors.
@NullMarked
package org.demur.text.template;

import org.jspecify.annotations.NullMarked;
