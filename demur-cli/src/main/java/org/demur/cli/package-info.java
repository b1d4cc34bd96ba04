/// The `demur` command: one small class per subcommand, wiring and no logic.
///
/// Entry type: [org.demur.cli.Main]. Only [org.demur.cli.Console] writes to the standard streams
/// and only [org.demur.cli.Environment] reads environment variables and system properties.
@NullMarked
package org.demur.cli;

import org.jspecify.annotations.NullMarked;
