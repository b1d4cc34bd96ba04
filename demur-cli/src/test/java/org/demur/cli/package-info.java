/// Tests of the command line, run in this process over streams in memory.
@NullMarked
package org.demur.cli;

import org.jspecify.annotations.NullMarked;
