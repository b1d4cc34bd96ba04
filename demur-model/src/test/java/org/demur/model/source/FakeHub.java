package org.demur.model.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.demur.core.Hashes;

/// Two servers on the loopback interface that speak the hub's protocol: the hub itself, and the
/// host that it redirects to for large files. Tests can put their own answers before the usual
/// ones.
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /// One request that arrived.
  record Seen(String method, String host, String path, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /// Answers one request.
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer hub;
  private final HttpServer store;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<Answer>> scripted = new ConcurrentHashMap<>();
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<String> extraNames = new ArrayList<>();
  private final List<String> small = new ArrayList<>();
  String repository = "org/name";
  String commit = COMMIT;
  boolean statesBlobs = true;
  Optional<Long> statedSize = Optional.empty();

  FakeHub() throws IOException {
    this.hub = start("hub", this::atHub);
    this.store = start("store", this::atStore);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
  }

  /// Adds a file that the hub keeps in git and serves itself.
  FakeHub small(String name, String content) {
    files.put(name, content.getBytes(StandardCharsets.UTF_8));
    small.add(name);
    return this;
  }

  /// Adds a file that lies in large-file storage on the other host.
  FakeHub large(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  /// Adds a name to the listing that has no content.
  FakeHub listed(String name) {
    extraNames.add(name);
    return this;
  }

  /// Puts an answer before the usual one for the next request to this path.
  FakeHub next(String path, Answer answer) {
    scripted.computeIfAbsent(path, _ -> new ArrayDeque<>()).add(answer);
    return this;
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<Seen> seen(String path) {
    return seen.stream().filter(request -> request.path().equals(path)).toList();
  }

  void forget() {
    seen.clear();
  }

  /// The path of a large file on the other host.
  static String storePath(byte[] content) {
    return "/store/" + sha256(content);
  }

  static String sha256(byte[] content) {
    var digest = Hashes.sha256();
    digest.update(content);
    return Hashes.hex(digest);
  }

  String listingPath(String revision) {
    return "/api/models/" + repository + "/revision/" + revision;
  }

  String resolvePath(String file) {
    return "/" + repository + "/resolve/" + commit + "/" + file;
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }

  /// Sends a whole answer.
  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /// Announces a whole body and cuts the connection after some bytes of it.
  static Answer cutAfter(byte[] body, int bytes, String tag) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", tag);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, bytes);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /// Answers with a status, headers as name and value in turn, and no body.
  static Answer status(int status, String... headers) {
    return exchange -> {
      for (int index = 0; index < headers.length; index += 2) {
        exchange.getResponseHeaders().set(headers[index], headers[index + 1]);
      }
      send(exchange, status, new byte[0]);
    };
  }

  /// Answers with a body of our choice.
  static Answer body(String text) {
    return exchange -> send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
  }

  private HttpServer start(String name, Answer usual) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(name, exchange, usual));
    server.start();
    return server;
  }

  private void handle(String host, HttpExchange exchange, Answer usual) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    seen.add(new Seen(exchange.getRequestMethod(), host, path, headers));
    Deque<Answer> answers = scripted.getOrDefault(path, new ArrayDeque<>());
    Answer answer;
    synchronized (answers) {
      answer = answers.isEmpty() ? usual : answers.poll();
    }
    answer.to(exchange);
  }

  private void atHub(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    exchange.getResponseHeaders().set("X-Repo-Commit", commit);
    String prefix = "/" + repository + "/resolve/" + commit + "/";
    if (path.startsWith("/api/models/" + repository + "/revision/")) {
      send(exchange, 200, listing().getBytes(StandardCharsets.UTF_8));
    } else if (path.startsWith(prefix) && files.containsKey(path.substring(prefix.length()))) {
      resolve(exchange, path.substring(prefix.length()));
    } else {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
      send(exchange, 404, new byte[0]);
    }
  }

  private void resolve(HttpExchange exchange, String name) throws IOException {
    byte[] content = content(name);
    if (small.contains(name)) {
      exchange.getResponseHeaders().set("ETag", "\"" + gitBlob(content) + "\"");
      send(exchange, 200, content);
      return;
    }
    exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sha256(content) + "\"");
    exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
    exchange
        .getResponseHeaders()
        .set(
            "Location",
            "http://127.0.0.1:" + store.getAddress().getPort() + storePath(content) + "?signed=1");
    send(exchange, 302, new byte[0]);
  }

  private void atStore(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    for (byte[] content : files.values()) {
      if (storePath(content).equals(path)) {
        sendRange(exchange, content, "\"store-1\"");
        return;
      }
    }
    send(exchange, 404, new byte[0]);
  }

  /// Serves a file as an object store does: a range when it is asked for and the tag fits.
  static void sendRange(HttpExchange exchange, byte[] content, String tag) throws IOException {
    exchange.getResponseHeaders().set("ETag", tag);
    String range = exchange.getRequestHeaders().getFirst("Range");
    String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
    if (range == null || (ifRange != null && !ifRange.equals(tag))) {
      send(exchange, 200, content);
      return;
    }
    int start = Integer.parseInt(range.replace("bytes=", "").replace("-", ""));
    exchange
        .getResponseHeaders()
        .set(
            "Content-Range", "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
    byte[] rest = Arrays.copyOfRange(content, start, content.length);
    exchange.sendResponseHeaders(206, rest.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(rest);
    }
  }

  private byte[] content(String name) {
    return Optional.ofNullable(files.get(name)).orElseThrow();
  }

  static String gitBlob(byte[] content) {
    ContentCheck check = new ContentCheck(content.length);
    check.update(content, content.length);
    return check.gitBlob().orElseThrow();
  }

  private String listing() {
    List<String> siblings = new ArrayList<>();
    files.forEach((name, content) -> siblings.add(sibling(name, content)));
    extraNames.forEach(
        name -> siblings.add("{\"rfilename\": \"%s\", \"size\": 5}".formatted(name)));
    return """
        {"id": "%s", "sha": "%s", "tags": ["text-generation", "license:apache-2.0"],
         "siblings": [%s]}
        """
        .formatted(repository, commit, String.join(", ", siblings));
  }

  private String sibling(String name, byte[] content) {
    if (!statesBlobs) {
      return "{\"rfilename\": \"%s\"}".formatted(name);
    }
    long size = statedSize.orElse((long) content.length);
    String blob = "\"rfilename\": \"%s\", \"size\": %d".formatted(name, size);
    return small.contains(name)
        ? "{%s, \"blobId\": \"%s\"}".formatted(blob, gitBlob(content))
        : "{%s, \"blobId\": \"%s\", \"lfs\": {\"sha256\": \"%s\", \"size\": %d}}"
            .formatted(blob, "0".repeat(40), sha256(content), size);
  }
}
