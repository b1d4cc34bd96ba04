package org.demur.model.source;

/// One file of a repository on the Hugging Face hub at a fixed revision.
///
/// @param repository `org/name`
/// @param revision a branch, tag or commit
/// @param file the file's name in the repository
public record HubFile(String repository, String revision, String file) {}
