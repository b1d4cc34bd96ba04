package org.demur.text.tokenizer;

/// Two strings that a BPE joins to one.
record Merge(String left, String right) {}
