/// Compares two audits on the prompts that both have: which replies changed, and whether the rates
/// differ by more than chance.
///
/// Entry type: [RunComparison]; [ComparisonFolder] keeps what it finds. Sources: McNemar 1947
/// (exact test of paired rates), Efron and Tibshirani 1993 (paired bootstrap), Holm 1979 (several
/// tests at once).
@NullMarked
package org.demur.audit.compare;

import org.jspecify.annotations.NullMarked;
