package org.demur.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.demur.model.verify.CertificateJson;
import org.demur.tensor.Engine;

/// What a result depends on besides its input: model, versions, machine.
///
/// @param modelHash hash of the model's files
/// @param adapterHash hash of the adapters' files, when any is on
/// @param certificate the certificate of an earlier `demur verify` of this model, if there is one
/// @param versions of Demur, Java and libtorch
/// @param machine platform, device and threads
record Provenance(
    String modelHash,
    Optional<String> adapterHash,
    Optional<Path> certificate,
    Map<String, String> versions,
    Map<String, String> machine) {

  /// The provenance of what a loaded model computes in this process.
  static Provenance of(LoadedModel loaded, Path cache, Environment environment) {
    String hash = loaded.hash();
    Optional<String> adapter = loaded.adapterHash();
    return new Provenance(
        hash,
        adapter,
        CertificateJson.find(cache, hash, adapter, loaded.dtype()),
        versions(environment),
        machine(loaded, environment));
  }

  /// Versions of what computes.
  static Map<String, String> versions(Environment environment) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("demur", Version.number());
    versions.put("java", environment.javaVersion());
    versions.put("libtorch", Engine.version());
    return versions;
  }

  /// The machine as far as numbers depend on it.
  static Map<String, String> machine(LoadedModel loaded, Environment environment) {
    Map<String, String> machine = new TreeMap<>();
    machine.put("platform", environment.platform());
    machine.put("device", loaded.model().device().toString());
    machine.put("threads", Integer.toString(Engine.threads()));
    return machine;
  }

  /// One line for people: what computes, in which type, where.
  static String line(LoadedModel loaded) {
    return "%s: %s on %s, %d threads, libtorch %s%s"
        .formatted(
            loaded.location().name(),
            loaded.dtype(),
            loaded.model().device(),
            Engine.threads(),
            Engine.version(),
            loaded.location().sha256().map(hash -> ", model " + hash.substring(0, 12)).orElse(""));
  }
}
