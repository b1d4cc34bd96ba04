package org.demur.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.demur.core.Hashes;
import org.demur.core.Suggestions;

/// Labelled prompts in a fixed order.
///
/// @param name what reports call the set
/// @param sha256 hash of the content in this order: ids, labels, splits, categories, pairs, texts;
///   the name does not count
/// @param prompts the prompts; ids are distinct
public record PromptSet(String name, String sha256, List<LabelledPrompt> prompts) {
  /// Keeps its own list and checks ids and hash.
  public PromptSet {
    prompts = List.copyOf(prompts);
    Set<String> ids = new HashSet<>();
    for (LabelledPrompt prompt : prompts) {
      if (!ids.add(prompt.id())) {
        throw DataException.content(
            "%s: the id \"%s\" is there twice".formatted(name, prompt.id()));
      }
    }
    String found = hash(prompts);
    if (!sha256.equals(found)) {
      throw DataException.content("%s has the hash %s; expected %s".formatted(name, found, sha256));
    }
  }

  /// A set of these prompts.
  public static PromptSet of(String name, List<LabelledPrompt> prompts) {
    return new PromptSet(name, hash(prompts), prompts);
  }

  /// Reads a file of harmful and one of harmless prompts and splits both 40/20/40 by `seed`.
  ///
  /// Where a prompt goes depends on the seed and its text alone as far as the shares allow, so that
  /// the order of a file does not matter; prompts that are equal but for case and punctuation stay
  /// in one split. Ids are those of the file with the label behind, such as `17/harmful`.
  ///
  /// @throws DataException when a file has fewer than three different prompts, or both hold the
  ///   same text; the message names where
  public static PromptSet ofFiles(Path harmful, Path harmless, ReadOptions options, long seed) {
    return FileSplits.read(harmful, harmless, options, seed);
  }

  /// The prompts of one split, in the same order.
  public PromptSet in(Split split) {
    return filtered(prompt -> prompt.split() == split);
  }

  /// The prompts with one label, in the same order.
  public PromptSet with(Label label) {
    return filtered(prompt -> prompt.label() == label);
  }

  /// The prompts of some categories, in the same order.
  ///
  /// @throws DataException when one is unknown; the message lists the known ones
  public PromptSet inCategories(Collection<String> wanted) {
    List<String> known = categories();
    for (String category : wanted) {
      if (!known.contains(category)) {
        throw DataException.content(
            "%s has no category \"%s\"%s; it has %s"
                .formatted(
                    name,
                    category,
                    Suggestions.hint(category, known),
                    known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
    return filtered(prompt -> prompt.category().filter(wanted::contains).isPresent());
  }

  /// At most `perLabel` prompts of each label in each split: of all categories in turn, and of a
  /// pair both or none. The choice is always the same.
  public PromptSet atMost(int perLabel) {
    Set<String> kept = PromptSample.ids(prompts, perLabel);
    return filtered(prompt -> kept.contains(prompt.id()));
  }

  /// The same prompts, of all categories in turn, so that the first few are not all of one.
  public PromptSet interleaved() {
    Map<String, Deque<LabelledPrompt>> queues = new LinkedHashMap<>();
    for (LabelledPrompt prompt : prompts) {
      queues.computeIfAbsent(prompt.category().orElse(""), key -> new ArrayDeque<>()).add(prompt);
    }
    List<LabelledPrompt> ordered = new ArrayList<>();
    while (ordered.size() < prompts.size()) {
      for (Deque<LabelledPrompt> queue : queues.values()) {
        Optional.ofNullable(queue.poll()).ifPresent(ordered::add);
      }
    }
    return of(name, ordered);
  }

  /// The categories in the order in which they first appear.
  public List<String> categories() {
    Set<String> categories = new LinkedHashSet<>();
    prompts.forEach(prompt -> prompt.category().ifPresent(categories::add));
    return List.copyOf(categories);
  }

  /// How many prompts there are.
  public int size() {
    return prompts.size();
  }

  /// The prompt with an id.
  public Optional<LabelledPrompt> find(String id) {
    return prompts.stream().filter(prompt -> prompt.id().equals(id)).findFirst();
  }

  /// The other prompt of a pair: the harmless twin of a harmful prompt, and the other way round.
  public Optional<LabelledPrompt> twin(LabelledPrompt prompt) {
    return prompts.stream()
        .filter(other -> prompt.pair().isPresent() && other.pair().equals(prompt.pair()))
        .filter(other -> other.label() != prompt.label())
        .findFirst();
  }

  /// Checks that there are harmful and harmless prompts.
  ///
  /// @return this set
  /// @throws DataException when there are none of one label
  public PromptSet requireBothLabels() {
    for (Label label : Label.values()) {
      if (prompts.stream().noneMatch(prompt -> prompt.label() == label)) {
        throw DataException.content(
            "%s has no %s prompts; both harmful and harmless ones are needed"
                .formatted(name, label.id()));
      }
    }
    return this;
  }

  private PromptSet filtered(Predicate<LabelledPrompt> keep) {
    return of(name, prompts.stream().filter(keep).toList());
  }

  /// Hashes every field with its length before it, so that no two contents look alike.
  private static String hash(List<LabelledPrompt> prompts) {
    MessageDigest digest = Hashes.sha256();
    for (LabelledPrompt prompt : prompts) {
      update(digest, prompt.id());
      update(digest, prompt.label().id());
      update(digest, prompt.split().id());
      update(digest, prompt.category().orElse(""));
      update(digest, prompt.pair().orElse(""));
      update(digest, prompt.text());
    }
    return Hashes.hex(digest);
  }

  /// Adds a field with its length before it.
  static void update(MessageDigest digest, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }
}
