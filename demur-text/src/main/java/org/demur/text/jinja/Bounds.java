package org.demur.text.jinja;

/// The bounds of one rendering.
///
/// @param steps operations of the interpreter
/// @param textChars length of any text, the output included
/// @param depth depth of nested evaluation
/// @param allocation sum of the sizes of all texts and containers made, in characters
public record Bounds(long steps, int textChars, int depth, long allocation) {}
