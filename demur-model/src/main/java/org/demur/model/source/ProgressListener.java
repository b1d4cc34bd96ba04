package org.demur.model.source;

/// Hears how far the search for a model has come; called on the thread that asked for the model.
///
/// A listener that throws stops the work: what was fetched is kept for the next run and nothing
/// unfinished is published.
@FunctionalInterface
public interface ProgressListener {
  /// What is being done.
  enum Phase {
    /// Another process is fetching the same model; this one waits for it.
    WAITING,
    /// A source is being asked what it has.
    CONNECTING,
    /// Bytes are arriving.
    DOWNLOADING,
    /// A source failed for a moment and is asked again after a pause.
    RETRYING,
    /// A file is being taken out of a package.
    UNPACKING,
    /// Bytes are compared with the hash that they must have.
    CHECKING
  }

  /// Reports a step.
  ///
  /// **Units and ranges** bytes; `bytesTotal` is 0 when it is not known; `bytesDone` can fall when
  /// a download has to start again.
  ///
  /// @param file the file, model or package in question
  void progress(Phase phase, String file, long bytesDone, long bytesTotal);

  /// A listener that hears nothing.
  static ProgressListener silent() {
    return (phase, file, bytesDone, bytesTotal) -> {};
  }
}
