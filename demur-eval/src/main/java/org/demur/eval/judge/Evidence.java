package org.demur.eval.judge;

/// One reason for a verdict.
///
/// @param feature words of the reply, or the name of a flag such as `#decline:opening`
/// @param weight what it adds to the score; positive pulls towards refusal, 0 decides by rule
public record Evidence(String feature, double weight) {}
