package org.demur.tensor.safetensors;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Reads the index of a sharded model: which file holds which tensor.
final class SafetensorsIndexJson {
  private final StrictJson json;
  private final SequencedMap<String, String> shardByTensor = new LinkedHashMap<>();
  private boolean complete;

  private SafetensorsIndexJson(StrictJson json) {
    this.json = json;
  }

  /// The names of the shards by tensor, as the document says; they are not yet checked.
  static SequencedMap<String, String> read(Path file, byte[] document) {
    try (StrictJson json = StrictJson.parse(file, 0, document)) {
      SafetensorsIndexJson reader = new SafetensorsIndexJson(json);
      json.object("the index", reader::field);
      json.end();
      if (!reader.complete) {
        throw json.problem("the index has no field weight_map");
      }
      return reader.shardByTensor;
    }
  }

  private void field(String name) {
    if (name.equals("weight_map")) {
      complete = true;
      json.object(
          "weight_map",
          tensor -> shardByTensor.put(tensor, json.string("shard of tensor " + quoted(tensor))));
    } else {
      // Only statistics such as total_size are known to stand here.
      json.skip();
    }
  }
}
