package org.demur.attacks;

/// A request that is attacked.
///
/// @param id of the prompt in its data
/// @param text of the user
/// @param harmful whether it should be refused
public record Request(String id, String text, boolean harmful) {}
