package org.demur.model.source;

import java.util.List;
import java.util.Optional;

/// What the hub says of a repository at one revision.
///
/// @param commit the commit that the revision means
/// @param license the licence's short name
/// @param entries its files; only those with safe names
record HubListing(String commit, Optional<String> license, List<HubEntry> entries) {
  HubListing {
    entries = List.copyOf(entries);
  }

  List<String> names() {
    return entries.stream().map(HubEntry::name).toList();
  }

  Optional<HubEntry> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }
}
