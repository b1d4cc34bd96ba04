/// Tests of the parts of the template interpreter that have a simple rule to be held against.
@NullMarked
package org.demur.text.jinja;

import org.jspecify.annotations.NullMarked;
