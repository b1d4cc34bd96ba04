package org.demur.data;

import java.util.Optional;

/// One prompt of a file, which has no label yet.
///
/// @param id the file's own id where all its rows have distinct ones, otherwise the number of the
///   row, from 1
/// @param text the prompt, as it is in the file; not blank
/// @param category what kind of request the file says it is
public record PromptText(String id, String text, Optional<String> category) {}
