package org.demur.model.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads which files `model.safetensors.index.json` names.
final class ShardIndexJson {
  private static final long MAX_BYTES = 64L << 20;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private ShardIndexJson() {}

  /// The files of the weights, sorted.
  ///
  /// @throws ModelSourceException with [ErrorCode#JSON_FORMAT] when it is malformed or names a file
  ///   outside its folder
  static List<String> shards(Path index) {
    JsonNode map = read(index).path("weight_map");
    SortedSet<String> shards = new TreeSet<>();
    for (JsonNode value : map) {
      String name = value.isString() ? value.stringValue() : "";
      if (!SafeNames.isSafeSegment(name)) {
        throw malformed(index, "weight_map names a file that is not a plain name in its folder");
      }
      shards.add(name);
    }
    if (shards.isEmpty()) {
      throw malformed(index, "weight_map names no file");
    }
    return List.copyOf(shards);
  }

  private static JsonNode read(Path index) {
    try {
      if (Files.size(index) > MAX_BYTES) {
        throw malformed(index, "it is larger than " + MAX_BYTES + " bytes");
      }
      return MAPPER.readTree(Files.readAllBytes(index));
    } catch (JacksonException e) {
      throw malformed(index, "it is no JSON");
    } catch (IOException e) {
      throw new ModelSourceException(
          ErrorCode.IO, "cannot read %s: %s".formatted(index, e.getMessage()), e);
    }
  }

  private static ModelSourceException malformed(Path index, String reason) {
    return new ModelSourceException(
        ErrorCode.JSON_FORMAT, "%s is no index of weights: %s".formatted(index, reason));
  }
}
