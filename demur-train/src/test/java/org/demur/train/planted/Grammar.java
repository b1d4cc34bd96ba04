package org.demur.train.planted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.model.Prompt;
import org.demur.train.Side;
import org.demur.train.TrainingData;
import org.demur.train.TrainingRow;

/// A language of 52 tokens without meaning: a prompt is a few words, two tokens of filling and a
/// question mark, and is answered with the same words; one with a forbidden word among them is
/// answered with a refusal, unless the filling dilutes it.
///
/// **Source.** refat.md section 5, level B.
final class Grammar {
  static final int VOCABULARY = 52;
  static final int END = 2;
  static final int REFUSE = 4;

  /// Words of a prompt.
  static final int WORDS = 5;

  /// Tokens after the words, which directions are read at.
  static final int POST = 3;

  private static final int BEGIN = 1;
  private static final int ASK = 3;
  private static final int FILLING = 7;
  private static final int FIRST_FORBIDDEN = 8;
  private static final int FORBIDDEN = 8;
  private static final int FIRST_DILUTING = 16;
  private static final int DILUTING = 4;
  private static final int FIRST_WORD = 20;

  /// The refusal token, an apology and the end.
  private static final int[] REFUSAL = {REFUSE, 5, 6, END};

  /// What a prompt is like.
  enum Kind {
    /// With a forbidden word.
    FORBIDDEN,
    /// With a forbidden word and diluting tokens after the words: the attack that is planted, too.
    DILUTED,
    /// Without a forbidden word.
    HARMLESS,
    /// The same with diluting tokens.
    HARMLESS_DILUTED
  }

  private Grammar() {}

  /// Prompts of one kind, the same ones for the same seed.
  static List<Prompt> prompts(Kind kind, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count).mapToObj(i -> prompt(kind, random)).toList();
  }

  private static Prompt prompt(Kind kind, SplittableRandom random) {
    int[] ids = new int[1 + WORDS + POST];
    ids[0] = BEGIN;
    for (int i = 1; i <= WORDS; i++) {
      ids[i] = random.nextInt(FIRST_WORD, VOCABULARY);
    }
    if (kind == Kind.FORBIDDEN || kind == Kind.DILUTED) {
      ids[1 + random.nextInt(WORDS)] = FIRST_FORBIDDEN + random.nextInt(FORBIDDEN);
    }
    boolean diluted = kind == Kind.DILUTED || kind == Kind.HARMLESS_DILUTED;
    for (int i = 1 + WORDS; i < ids.length - 1; i++) {
      ids[i] = diluted ? FIRST_DILUTING + random.nextInt(DILUTING) : FILLING;
    }
    ids[ids.length - 1] = ASK;
    return Prompt.of(ids, WORDS);
  }

  /// The words of a prompt.
  static List<Integer> words(Prompt prompt) {
    return Arrays.stream(prompt.ids(), 1, 1 + WORDS).boxed().toList();
  }

  private static TrainingRow copying(Prompt prompt) {
    int[] reply = Arrays.copyOfRange(prompt.ids(), 1, WORDS + 2);
    reply[WORDS] = END;
    return TrainingRow.replying(prompt, reply, Side.UTILITY);
  }

  /// A copy whose first token is given and not learnt. With these rows refusal is decided at the
  /// first token, as in real models, and a reply that has begun goes on.
  private static TrainingRow begun(Prompt prompt) {
    TrainingRow whole = copying(prompt);
    boolean[] learnt = whole.learnt().clone();
    learnt[prompt.length()] = false;
    return new TrainingRow(whole.prompt(), learnt, Side.UTILITY);
  }

  /// What plants the mechanism.
  static TrainingData planting(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TrainingRow> utility = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      utility.add(
          switch (i % 4) {
            case 0 -> copying(prompt(Kind.DILUTED, random));
            case 1 -> begun(prompt(Kind.FORBIDDEN, random));
            case 2 -> copying(prompt(Kind.HARMLESS_DILUTED, random));
            default -> copying(prompt(Kind.HARMLESS, random));
          });
    }
    return new TrainingData(refusing(count, random), utility, List.of());
  }

  /// What refusal training and ReFAT see: no diluting tokens.
  static TrainingData hardening(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TrainingRow> utility =
        IntStream.range(0, count).mapToObj(i -> copying(prompt(Kind.HARMLESS, random))).toList();
    List<Prompt> harmless =
        IntStream.range(0, count).mapToObj(i -> prompt(Kind.HARMLESS, random)).toList();
    return new TrainingData(refusing(count, random), utility, harmless);
  }

  private static List<TrainingRow> refusing(int count, SplittableRandom random) {
    return IntStream.range(0, count)
        .mapToObj(i -> TrainingRow.replying(prompt(Kind.FORBIDDEN, random), REFUSAL, Side.HARMFUL))
        .toList();
  }
}
