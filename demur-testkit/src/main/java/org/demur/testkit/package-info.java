/// What the tests of every module share: where reference outputs are, and seeded mutations of
/// files.
@NullMarked
package org.demur.testkit;

import org.jspecify.annotations.NullMarked;
