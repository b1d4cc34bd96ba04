package org.demur.model.source;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// Where to look for models and how; the values come from the command line and its environment.
///
/// @param cacheDirectory our own cache; made when something is stored in it
/// @param hubCaches folders in the layout of the Hugging Face hub cache that other programs fill;
///   they are only read
/// @param hubEndpoint the hub's address
/// @param hubToken the access token, sent to the endpoint's own host and nowhere else
/// @param proxy an HTTP proxy for the hub, as `http://host:port`
/// @param offline whether the network must not be touched
/// @param limits times and sizes
/// @param pythonCommand how to start Python, for example `python3`
public record SourceSettings(
    Path cacheDirectory,
    List<Path> hubCaches,
    URI hubEndpoint,
    Optional<String> hubToken,
    Optional<URI> proxy,
    boolean offline,
    NetworkLimits limits,
    List<String> pythonCommand) {
  /// The public hub, used when the user names no other.
  public static final URI PUBLIC_HUB = URI.create("https://huggingface.co");

  /// Checks the values.
  ///
  /// @throws ModelSourceException with [ErrorCode#USAGE] when the endpoint or proxy is no HTTP
  ///   address, the token cannot be sent in a header, or the Python command is empty
  public SourceSettings {
    hubCaches = List.copyOf(hubCaches);
    pythonCommand = List.copyOf(pythonCommand);
    hubToken = hubToken.map(String::strip).filter(token -> !token.isEmpty());
    requireHttp("hub endpoint", hubEndpoint);
    proxy.ifPresent(address -> requireHttp("proxy", address));
    if (hubToken.isPresent() && !hubToken.get().chars().allMatch(c -> c > ' ' && c < 127)) {
      throw usage("the hub token has blanks or characters that are not ASCII");
    }
    if (pythonCommand.isEmpty()) {
      throw usage("the command that starts Python is empty; an example is python3");
    }
  }

  /// The public hub without a token, `python3`, and the cache at the given place.
  public static SourceSettings defaults(Path cacheDirectory) {
    return new SourceSettings(
        cacheDirectory,
        List.of(),
        PUBLIC_HUB,
        Optional.empty(),
        Optional.empty(),
        false,
        NetworkLimits.standard(),
        List.of("python3"));
  }

  /// The same with other folders of other programs' hub caches.
  public SourceSettings withHubCaches(List<Path> folders) {
    return new SourceSettings(
        cacheDirectory, folders, hubEndpoint, hubToken, proxy, offline, limits, pythonCommand);
  }

  /// The same with another hub.
  public SourceSettings withHub(URI endpoint, Optional<String> token) {
    return new SourceSettings(
        cacheDirectory, hubCaches, endpoint, token, proxy, offline, limits, pythonCommand);
  }

  /// The same with a proxy for the hub, or none.
  public SourceSettings withProxy(Optional<URI> address) {
    return new SourceSettings(
        cacheDirectory, hubCaches, hubEndpoint, hubToken, address, offline, limits, pythonCommand);
  }

  /// The same with or without the network.
  public SourceSettings withOffline(boolean isOffline) {
    return new SourceSettings(
        cacheDirectory, hubCaches, hubEndpoint, hubToken, proxy, isOffline, limits, pythonCommand);
  }

  /// The same with other times and sizes.
  public SourceSettings withLimits(NetworkLimits others) {
    return new SourceSettings(
        cacheDirectory, hubCaches, hubEndpoint, hubToken, proxy, offline, others, pythonCommand);
  }

  /// The same with another way to start Python.
  public SourceSettings withPythonCommand(List<String> command) {
    return new SourceSettings(
        cacheDirectory, hubCaches, hubEndpoint, hubToken, proxy, offline, limits, command);
  }

  /// All values except the token.
  @Override
  public String toString() {
    return "SourceSettings[cacheDirectory=%s, hubCaches=%s, hubEndpoint=%s, hubToken=%s, offline=%s]"
        .formatted(
            cacheDirectory,
            hubCaches,
            Origin.of(hubEndpoint),
            hubToken.isPresent() ? "set" : "not set",
            offline);
  }

  private static void requireHttp(String what, URI address) {
    String scheme = address.getScheme();
    boolean http =
        scheme != null && List.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT));
    if (!http || address.getHost() == null) {
      throw usage(
          "the %s %s is no address that starts with http:// or https://"
              .formatted(what, address.toString().replaceAll("//[^/@]*@", "//")));
    }
  }

  private static ModelSourceException usage(String message) {
    return new ModelSourceException(ErrorCode.USAGE, message);
  }
}
