package org.demur.model.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes and reads [Manifest] as JSON.
///
/// A manifest that cannot be understood is as good as none: the model is then looked for again.
final class ManifestJson {
  private static final String FORMAT = "demur-model-1";
  private static final long MAX_BYTES = 16L << 20;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private ManifestJson() {}

  static String write(Manifest manifest) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT);
    root.put("name", manifest.name());
    root.put("kind", manifest.kind().name().toLowerCase(Locale.ROOT));
    root.put("root", manifest.root());
    root.put("source", manifest.source());
    manifest.revision().ifPresent(revision -> root.put("revision", revision));
    manifest.license().ifPresent(license -> root.put("license", license));
    ArrayNode files = root.putArray("files");
    for (ModelFile file : manifest.files()) {
      ObjectNode node = files.addObject();
      node.put("name", file.name());
      node.put("bytes", file.bytes());
      file.sha256().ifPresent(hash -> node.put("sha256", hash));
    }
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  static Optional<Manifest> read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      return parse(MAPPER.readTree(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<Manifest> parse(JsonNode root) {
    Optional<ModelLocation.Kind> kind = kind(text(root, "kind").orElse(""));
    Optional<String> name = text(root, "name");
    Optional<String> folder = text(root, "root").filter(SafeNames::isSafe);
    Optional<String> source = text(root, "source");
    Optional<List<ModelFile>> files = files(root.path("files"));
    boolean known = text(root, "format").equals(Optional.of(FORMAT));
    if (!known
        || kind.isEmpty()
        || name.isEmpty()
        || folder.isEmpty()
        || source.isEmpty()
        || files.isEmpty()
        || (kind.get() == ModelLocation.Kind.GGUF && files.get().size() != 1)) {
      return Optional.empty();
    }
    return Optional.of(
        new Manifest(
            name.get(),
            kind.get(),
            folder.get(),
            source.get(),
            text(root, "revision"),
            text(root, "license"),
            files.get()));
  }

  private static Optional<List<ModelFile>> files(JsonNode array) {
    List<ModelFile> files = new ArrayList<>();
    for (JsonNode node : array) {
      Optional<String> name = text(node, "name").filter(SafeNames::isSafe);
      JsonNode bytes = node.path("bytes");
      if (name.isEmpty() || !bytes.canConvertToLong() || bytes.longValue() < 0) {
        return Optional.empty();
      }
      files.add(new ModelFile(name.get(), bytes.longValue(), text(node, "sha256")));
    }
    return files.isEmpty() ? Optional.empty() : Optional.of(files);
  }

  private static Optional<ModelLocation.Kind> kind(String text) {
    for (ModelLocation.Kind kind : ModelLocation.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }
}
