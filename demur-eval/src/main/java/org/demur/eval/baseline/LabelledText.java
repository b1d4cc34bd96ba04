package org.demur.eval.baseline;

/// A prompt and its class.
///
/// @param text the prompt as the user wrote it
/// @param positive whether it is of the class that scores high, such as harmful
public record LabelledText(String text, boolean positive) {}
