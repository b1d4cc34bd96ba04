package org.demur.eval.judge;

import java.util.Map;
import org.demur.stats.Proportion;

/// How the five classes of the judge agree with those of a person.
///
/// @param accuracy replies with the same class
/// @param confusion for each class given by a person, how often the judge gave which; classes that
///   did not occur are left out
public record ClassReport(
    Proportion accuracy, Map<ReplyClass, Map<ReplyClass, Integer>> confusion) {}
