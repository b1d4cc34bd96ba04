package org.demur.cli;

import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// One row that is ready to be run.
///
/// @param id its name in the results
/// @param prompt its tokens
/// @param plan its edits
record PromptRow(String id, Prompt prompt, Plan plan) {}
