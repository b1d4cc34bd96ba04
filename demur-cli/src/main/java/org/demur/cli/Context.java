package org.demur.cli;

/// What every command is given: where it writes and what the process was started with.
///
/// @param console the standard streams
/// @param environment variables, terminals, folders
record Context(Console console, Environment environment) {}
