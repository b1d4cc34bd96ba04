package org.demur.train;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.model.Prompt;

/// What a model is trained on.
///
/// @param harmful harmful prompts with refusals
/// @param utility harmless prompts with helpful replies
/// @param harmless harmless prompts that directions are computed against; never trained on as such
/// @param openers tokens of affirmative openers, for the methods that need undesired replies
public record TrainingData(
    List<TrainingRow> harmful,
    List<TrainingRow> utility,
    List<Prompt> harmless,
    List<int[]> openers) {
  /// Copies the lists and checks the sides.
  ///
  /// @throws TrainException when a side is empty or has a row of the other
  public TrainingData {
    harmful = List.copyOf(harmful);
    utility = List.copyOf(utility);
    harmless = List.copyOf(harmless);
    openers = openers.stream().map(int[]::clone).toList();
    requireSide(harmful, Side.HARMFUL, "harmful rows (prompts with refusals)");
    requireSide(utility, Side.UTILITY, "utility rows (harmless prompts with helpful replies)");
  }

  /// Data for methods that need no undesired replies.
  public TrainingData(List<TrainingRow> harmful, List<TrainingRow> utility, List<Prompt> harmless) {
    this(harmful, utility, harmless, List.of());
  }

  private static void requireSide(List<TrainingRow> rows, Side side, String what) {
    if (rows.isEmpty()) {
      throw new TrainException(ErrorCode.TRAINING_DATA, "the training data has no " + what);
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).side() != side) {
        throw new TrainException(
            ErrorCode.TRAINING_DATA, "row %d is among the %s, but is not one".formatted(i, what));
      }
    }
  }

  /// The prompts of the harmful rows, without their replies; one that has several replies once.
  List<Prompt> harmfulPrompts() {
    SequencedMap<List<Integer>, Prompt> prompts = new LinkedHashMap<>();
    for (TrainingRow row : harmful) {
      Prompt prompt = row.promptOnly();
      prompts.putIfAbsent(Arrays.stream(prompt.ids()).boxed().toList(), prompt);
    }
    return List.copyOf(prompts.values());
  }

  /// A hash of the openers.
  String openersHash() {
    MessageDigest digest = Hashes.sha256();
    openers.forEach(opener -> add(digest, Prompt.of(opener)));
    return Hashes.hex(digest);
  }

  /// A hash of all tokens and marks but those of the openers: two runs with the same one train on
  /// the same rows.
  public String hash() {
    MessageDigest digest = Hashes.sha256();
    for (List<TrainingRow> rows : List.of(harmful, utility)) {
      for (TrainingRow row : rows) {
        add(digest, row.prompt());
        for (boolean learnt : row.learnt()) {
          digest.update((byte) (learnt ? 1 : 0));
        }
      }
      digest.update((byte) 2);
    }
    harmless.forEach(prompt -> add(digest, prompt));
    return Hashes.hex(digest);
  }

  private static void add(MessageDigest digest, Prompt prompt) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (prompt.length() + 2));
    bytes.putInt(prompt.length()).putInt(prompt.promptLength());
    for (int id : prompt.ids()) {
      bytes.putInt(id);
    }
    digest.update(bytes.array());
  }
}
