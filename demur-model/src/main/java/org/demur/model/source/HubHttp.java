package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends requests to the hub and follows its redirects.
///
/// The token goes only to the scheme, host and port of the endpoint; a redirect from an encrypted
/// to a plain connection is refused.
final class HubHttp implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;

  private final SourceSettings settings;
  private final Origin hub;
  private final HttpClient client;

  HubHttp(SourceSettings settings) {
    this.settings = settings;
    this.hub = Origin.of(settings.hubEndpoint());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.limits().connectTimeout());
    settings.proxy().ifPresent(proxy -> builder.proxy(selector(proxy)));
    this.client = builder.build();
  }

  /// The address below the endpoint; `path` is already encoded and starts with `/`.
  URI address(String path) {
    String endpoint = settings.hubEndpoint().toString();
    return URI.create(endpoint.replaceAll("/+$", "") + path);
  }

  /// Gets something and follows redirects; the caller closes the answer.
  ///
  /// @throws IOException when the connection fails, stalls, or a redirect cannot be followed
  HubResponse get(URI address, Map<String, String> headers) throws IOException {
    return send("GET", address, headers, true);
  }

  /// Asks what the hub knows of a file; the caller closes the answer.
  ///
  /// A redirect to another host is the answer, since addresses there are often signed for one kind
  /// of request only, and the hub's own headers say everything.
  ///
  /// @throws IOException as [#get]
  HubResponse head(URI address) throws IOException {
    return send("HEAD", address, Map.of(), false);
  }

  private HubResponse send(
      String method, URI address, Map<String, String> headers, boolean leavesHub)
      throws IOException {
    URI current = address;
    HttpHeaders fromHub = HttpHeaders.of(Map.of(), (name, value) -> true);
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<InputStream> response = exchange(request(method, current, headers));
      boolean atHub = Origin.of(current).equals(hub);
      fromHub = atHub ? response.headers() : fromHub;
      String location = response.headers().firstValue("Location").orElse("");
      boolean redirects = isRedirect(response);
      if (!redirects || (!leavesHub && !Origin.of(target(current, location)).equals(hub))) {
        StallGuard body = new StallGuard(response.body(), settings.limits().stallTimeout());
        return new HubResponse(response.statusCode(), atHub, fromHub, response.headers(), body);
      }
      response.body().close();
      current = target(current, location);
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private HttpRequest request(String method, URI address, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "demur");
    headers.forEach(request::header);
    if (Origin.of(address).equals(hub)) {
      settings.hubToken().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    return request.build();
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    try {
      return answer.get(settings.limits().stallTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      long millis = settings.limits().stallTimeout().toMillis();
      throw (IOException) new HttpTimeoutException("no answer for " + millis + " ms").initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private static boolean isRedirect(HttpResponse<?> response) {
    return switch (response.statusCode()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /// Where a redirect leads.
  static URI target(URI current, String location) throws IOException {
    URI target;
    try {
      target = current.resolve(URI.create(location));
    } catch (IllegalArgumentException e) {
      throw new IOException("a redirect to an address that cannot be read", e);
    }
    Origin origin = Origin.of(target);
    boolean http = origin.encrypted() || origin.scheme().equals("http");
    if (location.isEmpty() || !http || target.getHost() == null) {
      throw new IOException("a redirect to an address that is not HTTP");
    }
    if (Origin.of(current).encrypted() && !origin.encrypted()) {
      throw new IOException("a redirect from an encrypted to a plain connection");
    }
    return target;
  }

  private static ProxySelector selector(URI proxy) {
    Origin origin = Origin.of(proxy);
    return ProxySelector.of(new InetSocketAddress(origin.host(), origin.port()));
  }
}
