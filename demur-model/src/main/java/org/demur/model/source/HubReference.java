package org.demur.model.source;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;

/// A model on the hub as the user writes it: `hf:org/name`, `hf:org/name@revision`, or one file of
/// it, `hf:org/name/file.gguf@revision`.
///
/// @param repository `org/name`
/// @param revision branch, tag or commit; `main` when none was given
/// @param file the one file that is wanted
record HubReference(String repository, String revision, Optional<String> file) {
  static final String PREFIX = "hf:";
  private static final String DEFAULT_REVISION = "main";
  private static final String PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
  private static final Pattern FORM =
      Pattern.compile("(" + PART + "/" + PART + ")(?:/([^@]+))?(?:@(.+))?");
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /// Reads what the user wrote.
  ///
  /// @throws ModelSourceException with [ErrorCode#USAGE] that states the form
  static HubReference parse(String text) {
    Matcher matcher = FORM.matcher(text.substring(PREFIX.length()));
    if (!matcher.matches()) {
      throw malformed(text);
    }
    String repository = matcher.group(1);
    Optional<String> file = Optional.ofNullable(matcher.group(2));
    String revision = Optional.ofNullable(matcher.group(3)).orElse(DEFAULT_REVISION);
    boolean ggufOrNone =
        file.map(name -> SafeNames.isSafe(name) && isGguf(name)).orElse(Boolean.TRUE);
    if (!isRepository(repository) || !isRevision(revision) || !ggufOrNone) {
      throw malformed(text);
    }
    return new HubReference(repository, revision, file);
  }

  static HubReference of(HubFile file) {
    return new HubReference(file.repository(), file.revision(), Optional.of(file.file()));
  }

  static boolean isRepository(String text) {
    // "--" separates the parts in the cache's folder names, so it cannot be part of a name
    return text.matches(PART + "/" + PART) && !text.contains("--") && !text.contains("..");
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  static boolean isGguf(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".gguf");
  }

  /// The name without revision, which the cache records.
  String name() {
    return PREFIX + repository + file.map(name -> "/" + name).orElse("");
  }

  /// The name with its revision, unless that is the usual one.
  String text() {
    return name() + (revision.equals(DEFAULT_REVISION) ? "" : "@" + revision);
  }

  /// The name of this model's folder in the cache; different references get different keys.
  String key() {
    String readable = (repository + "@" + revision).replaceAll("[^A-Za-z0-9._@-]", "-");
    return "hf-" + readable + "-" + Hashes.ofText(name() + "@" + revision).substring(0, 12);
  }

  /// The name of the lock that all references to this repository share.
  String lockKey() {
    return "hf-" + repository.replace("/", "--");
  }

  private static boolean isRevision(String text) {
    return REVISION.matcher(text).matches()
        && !text.contains("..")
        && !text.contains("//")
        && !text.endsWith("/")
        && !text.endsWith(".");
  }

  private static ModelSourceException malformed(String text) {
    return new ModelSourceException(
        ErrorCode.USAGE,
        ("\"%s\" is no model on the hub; write hf:org/name, hf:org/name@revision"
                + " or hf:org/name/file.gguf")
            .formatted(text));
  }
}
