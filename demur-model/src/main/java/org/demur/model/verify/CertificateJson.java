package org.demur.model.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.demur.core.AtomicFiles;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes reports and certificates as JSON, and finds the certificate of a model again.
public final class CertificateJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String REFERENCE = "";
  private static final String SELF = "-self";

  private CertificateJson() {}

  /// The certificate of a model in a type, if one was written: that of a check against reference
  /// outputs before that of a check of the model against itself.
  public static Optional<Path> find(
      Path cache, String modelHash, Optional<String> adapterHash, String dtype) {
    return Stream.of(REFERENCE, SELF)
        .map(kind -> path(cache, modelHash, adapterHash, dtype, kind))
        .filter(Files::exists)
        .findFirst();
  }

  /// Writes a certificate to its place below the cache and returns that. A check of the model
  /// against itself does not replace one against reference outputs.
  ///
  /// @throws org.demur.core.DemurException with `IO` when the cache cannot be written
  public static Path write(Path cache, Certificate certificate) {
    Path target =
        path(
            cache,
            certificate.modelHash(),
            certificate.adapterHash(),
            certificate.report().dtype(),
            certificate.referenceHash().isPresent() ? REFERENCE : SELF);
    AtomicFiles.writeText(target, MAPPER.writeValueAsString(toMap(certificate)) + "\n");
    return target;
  }

  private static Path path(
      Path cache, String modelHash, Optional<String> adapterHash, String dtype, String kind) {
    String adapter = adapterHash.map(hash -> "-" + hash.substring(0, 16)).orElse("");
    return cache
        .resolve("certificates")
        .resolve(modelHash.substring(0, 32) + adapter + "-" + dtype + kind + ".json");
  }

  private static Map<String, Object> toMap(Certificate certificate) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", "demur-certificate-1");
    map.put("modelHash", certificate.modelHash());
    certificate.adapterHash().ifPresent(hash -> map.put("adapterHash", hash));
    certificate.referenceHash().ifPresent(hash -> map.put("referenceHash", hash));
    map.put("versions", new TreeMap<>(certificate.versions()));
    map.put("machine", new TreeMap<>(certificate.machine()));
    map.put("time", certificate.time());
    map.put("result", toMap(certificate.report()));
    return map;
  }

  /// The report as the command line prints it with `--json`.
  public static Map<String, Object> toMap(VerifyReport report) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", report.model());
    map.put("reference", report.reference().orElse(null));
    map.put("dtype", report.dtype());
    List<Map<String, @Nullable Object>> checks = new ArrayList<>();
    for (Check check : report.checks()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("name", check.name());
      // JSON has no NaN: a difference that is not a number is null and fails
      row.put("difference", Double.isFinite(check.difference()) ? check.difference() : null);
      row.put("tolerance", check.tolerance().isPresent() ? check.tolerance().getAsDouble() : null);
      row.put("pass", check.pass());
      checks.add(row);
    }
    map.put("checks", checks);
    map.put("pass", report.pass());
    return map;
  }
}
