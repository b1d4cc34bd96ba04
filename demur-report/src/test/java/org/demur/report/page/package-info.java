/// Tests of page, which is a part of the report.
@NullMarked
package org.demur.report.page;

import org.jspecify.annotations.NullMarked;
