package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.core.Hashes;
import org.demur.model.LanguageModel;
import org.demur.model.ModelFiles;
import org.demur.model.ModelIdentity;
import org.demur.model.source.ModelLocation;
import org.demur.tensor.DType;
import org.demur.tensor.Device;

/// A model that a command runs, and where it came from.
///
/// @param model the model; closing this closes it
/// @param location where its files are
/// @param adapters folders of the adapters that are on
/// @param endOfSequence tokens with which the model ends a text
record LoadedModel(
    LanguageModel model, ModelLocation location, List<Path> adapters, Set<Integer> endOfSequence)
    implements AutoCloseable {

  /// Loads opened files, which may be closed afterwards, and switches the adapters on.
  static LoadedModel load(
      ModelLocation location, ModelFiles files, List<Path> adapters, DType type, Device device) {
    LanguageModel model = LanguageModel.load(files, type, device);
    try {
      List<String> names = new ArrayList<>();
      for (Path folder : adapters) {
        String name = names.size() + ":" + folder;
        model.adapters().load(name, folder);
        names.add(name);
      }
      model.adapters().activate(names);
      return new LoadedModel(model, location, List.copyOf(adapters), files.endOfSequence());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /// The type of weights and activations, as on the command line.
  String dtype() {
    return model.type().label();
  }

  /// The hash of the model's files: the recorded one, or else the files are read for it.
  String hash() {
    return location.sha256().orElseGet(() -> ModelIdentity.hash(location.path()));
  }

  /// The hash of the adapters' files, when there are any.
  Optional<String> adapterHash() {
    if (adapters.isEmpty()) {
      return Optional.empty();
    }
    List<String> hashes = adapters.stream().map(ModelIdentity::hash).toList();
    return Optional.of(
        hashes.size() == 1 ? hashes.getFirst() : Hashes.ofText(String.join("\n", hashes)));
  }

  @Override
  public void close() {
    model.close();
  }
}
