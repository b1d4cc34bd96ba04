package org.demur.directions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// Says from which model hidden states come: numbers of one model mean nothing in another.
///
/// @param modelHash SHA-256 of the model's files
/// @param adapterHash SHA-256 of the adapters that were on, in order
/// @param templateHash SHA-256 of the chat template, which decides what stands around the user's
///   text
/// @param dModel width of the residual stream
/// @param nLayers number of blocks
public record ModelFingerprint(
    String modelHash,
    Optional<String> adapterHash,
    Optional<String> templateHash,
    int dModel,
    int nLayers) {

  /// Checks that a file fits the model in use.
  ///
  /// @param model what is in use
  /// @param file where this fingerprint comes from
  /// @throws DirectionException with [ErrorCode#MODEL_CONFIG] that names every difference
  public void requireFits(ModelFingerprint model, Path file) {
    List<String> differences = new ArrayList<>();
    if (!modelHash.equals(model.modelHash)) {
      differences.add("model " + brief(modelHash) + " and not " + brief(model.modelHash));
    }
    if (!adapterHash.equals(model.adapterHash)) {
      differences.add("adapter " + brief(adapterHash) + " and not " + brief(model.adapterHash));
    }
    if (!templateHash.equals(model.templateHash)) {
      differences.add(
          "chat template " + brief(templateHash) + " and not " + brief(model.templateHash));
    }
    if (!differences.isEmpty()) {
      throw new DirectionException(
          ErrorCode.MODEL_CONFIG,
          "%s was made with %s; make it again with this model"
              .formatted(file, String.join(", ", differences)));
    }
  }

  private static String brief(Optional<String> hash) {
    return hash.map(ModelFingerprint::brief).orElse("none");
  }

  private static String brief(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) : hash;
  }
}
