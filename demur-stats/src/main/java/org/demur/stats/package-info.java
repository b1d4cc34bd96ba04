/// Statistics for reports: rates with intervals, separation of scores, paired tests, corrections.
///
/// Entry types: [org.demur.stats.Proportion] for rates, [org.demur.stats.Auroc] and
/// [org.demur.stats.Roc] for scores, [org.demur.stats.Bootstrap] for intervals of anything else.
/// Everything is a pure function of its arguments and, where it draws, of a seed.
@NullMarked
package org.demur.stats;

import org.jspecify.annotations.NullMarked;
