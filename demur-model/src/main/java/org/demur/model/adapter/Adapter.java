package org.demur.model.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.demur.model.decoder.LowRank;

/// A loaded adapter.
///
/// @param config what its configuration says
/// @param changes by module, in forward order
record Adapter(LoraConfig config, Map<String, LowRank> changes) {
  Adapter {
    changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
  }
}
