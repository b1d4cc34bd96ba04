package org.demur.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.model.source.SourceSettings;

/// What the environment says about the Hugging Face hub, under the names that its own tools use.
final class HubEnvironment {
  private final Environment environment;

  HubEnvironment(Environment environment) {
    this.environment = environment;
  }

  /// `HF_ENDPOINT`, else the public hub.
  URI endpoint() {
    return environment
        .variable("HF_ENDPOINT")
        .map(value -> address("HF_ENDPOINT", value.replaceAll("/+$", "")))
        .orElse(SourceSettings.PUBLIC_HUB);
  }

  /// `HF_TOKEN`.
  Optional<String> token() {
    return environment.variable("HF_TOKEN");
  }

  /// Whether `HF_HUB_OFFLINE` forbids the network.
  boolean offline() {
    return environment
        .variable("HF_HUB_OFFLINE")
        .filter(value -> List.of("1", "true", "yes", "on").contains(value.toLowerCase(Locale.ROOT)))
        .isPresent();
  }

  /// Folders that other programs fill: `HF_HUB_CACHE`, else `hub` below `HF_HOME`, else the usual
  /// place.
  List<Path> caches() {
    Path folder =
        environment
            .variable("HF_HUB_CACHE")
            .map(Path::of)
            .or(() -> environment.variable("HF_HOME").map(home -> Path.of(home).resolve("hub")))
            .orElseGet(() -> environment.caches().resolve("huggingface").resolve("hub"));
    return List.of(folder);
  }

  /// The proxy for the hub, unless `NO_PROXY` names its host.
  Optional<URI> proxy() {
    URI hub = endpoint();
    if (hub.getHost() == null || isExempt(hub.getHost())) {
      return Optional.empty();
    }
    return Stream.of(String.valueOf(hub.getScheme()) + "_proxy", "all_proxy")
        .flatMap(name -> Stream.of(name.toUpperCase(Locale.ROOT), name))
        .flatMap(name -> environment.variable(name).map(value -> proxy(name, value)).stream())
        .findFirst();
  }

  private boolean isExempt(String host) {
    return Stream.of("NO_PROXY", "no_proxy")
        .flatMap(name -> environment.variable(name).stream())
        .flatMap(value -> Stream.of(value.split(",")))
        .map(String::strip)
        .filter(pattern -> !pattern.isEmpty())
        .map(pattern -> pattern.replaceFirst("^\\*?\\.", ""))
        .anyMatch(
            pattern -> pattern.equals("*") || host.equals(pattern) || host.endsWith("." + pattern));
  }

  private static URI proxy(String name, String value) {
    return address(name, value.contains("://") ? value : "http://" + value);
  }

  private static URI address(String name, String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw CliException.usage(
          "the variable %s is no address: %s at character %d"
              .formatted(name, e.getReason(), e.getIndex()));
    }
  }
}
