/// Tests of the values of a report and their JSON form.
@NullMarked
package org.demur.report;

import org.jspecify.annotations.NullMarked;
