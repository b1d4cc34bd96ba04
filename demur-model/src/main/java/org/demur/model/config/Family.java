package org.demur.model.config;

import java.util.List;

/// A family of decoders: how its configuration describes an architecture.
public interface Family {
  /// Values of `model_type` that this family reads.
  List<String> modelTypes();

  /// The architecture that a configuration describes.
  ///
  /// Problems are noted in `config`; the caller reports them.
  Architecture architecture(ConfigFields config);
}
