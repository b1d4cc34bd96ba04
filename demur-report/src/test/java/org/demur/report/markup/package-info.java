/// Tests of markup, which is a part of the report.
@NullMarked
package org.demur.report.markup;

import org.jspecify.annotations.NullMarked;
