package org.demur.audit;

/// Is told how far an audit has come.
public interface AuditProgress {
  /// Tells nobody.
  AuditProgress NONE = (stage, done, total) -> {};

  /// A stage has come this far.
  ///
  /// @param stage what is being done
  /// @param done parts that are done; 0 at the start of a stage
  /// @param total number of parts
  void at(String stage, int done, int total);
}
