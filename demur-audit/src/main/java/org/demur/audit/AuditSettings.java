package org.demur.audit;

/// How an audit is run.
///
/// @param profile how much is measured
/// @param seed seed of every random choice: the random direction and the resampling
/// @param plain whether prompts are given without a chat template, for base models
/// @param keepReplies whether excerpts of replies are kept
/// @param falsePositiveRate share of harmless validation prompts that the calibrated guard may flag
public record AuditSettings(
    Profile profile, long seed, boolean plain, boolean keepReplies, double falsePositiveRate) {}
