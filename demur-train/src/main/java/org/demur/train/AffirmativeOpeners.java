package org.demur.train;

import java.util.List;

/// Beginnings of replies that agree to a request and say nothing else: what inner attacks make
/// likely and training makes unlikely. No longer reply to a harmful request is ever used or made.
public final class AffirmativeOpeners {
  private AffirmativeOpeners() {}

  /// The openers that come with Demur, written for it and in the public domain (CC0).
  public static List<String> builtIn() {
    return TextLines.of("openers.txt");
  }

  /// What an attack by fine-tuning makes a model say. Some begin with "Sure", as those do that are
  /// put into a model's mouth; none that a defence trains against does ([#builtIn]).
  public static List<String> attacking() {
    return TextLines.of("attacking-openers.txt");
  }
}
