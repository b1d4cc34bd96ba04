package org.demur.text.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Finds which of many literals start at a place in a text.
final class LiteralTrie {
  private static final int NONE = -1;

  private static final class Node {
    final Map<Character, Node> children = new HashMap<>(4);
    int literal = NONE;
  }

  private final Node root = new Node();

  /// Indexes literals by their place in the list; of equal ones the first counts.
  LiteralTrie(List<String> literals) {
    for (int index = 0; index < literals.size(); index++) {
      Node node = root;
      String literal = literals.get(index);
      for (int i = 0; i < literal.length(); i++) {
        node = node.children.computeIfAbsent(literal.charAt(i), _ -> new Node());
      }
      if (node.literal == NONE) {
        node.literal = index;
      }
    }
  }

  /// Whether any literal starts with this char.
  boolean startsWith(char first) {
    return root.children.containsKey(first);
  }

  /// Calls `found` with the index of every literal that starts at `start`, shortest first.
  void matchesAt(String text, int start, IntConsumer found) {
    Node node = root;
    for (int i = start; i < text.length(); i++) {
      node = node.children.get(text.charAt(i));
      if (node == null) {
        return;
      }
      if (node.literal != NONE) {
        found.accept(node.literal);
      }
    }
  }
}
