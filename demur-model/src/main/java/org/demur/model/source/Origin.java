package org.demur.model.source;

import java.net.URI;
import java.util.Locale;

/// Scheme, host and port of an address: what decides whether a token may be sent, and all of an
/// address that is shown, because paths, queries and user parts can hold secrets.
record Origin(String scheme, String host, int port) {
  static Origin of(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    int port = address.getPort();
    if (port < 0) {
      port = scheme.equals("https") ? 443 : 80;
    }
    return new Origin(scheme, String.valueOf(address.getHost()).toLowerCase(Locale.ROOT), port);
  }

  boolean encrypted() {
    return scheme.equals("https");
  }

  @Override
  public String toString() {
    boolean usual = port == (encrypted() ? 443 : 80);
    return scheme + "://" + host + (usual ? "" : ":" + port);
  }
}
