package org.demur.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.demur.attacks.AttackException;
import org.demur.attacks.SuffixEncoder;
import org.demur.attacks.SuffixedPrompt;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.intervention.LayerVectors;

/// Requests with a suffix each, which persist from step to step.
final class SuffixPool {
  private static final String NAME = "suffix.";
  private static final String START = " !";

  /// Index of the stream that orders the requests; those of steps begin with 0.
  private static final long ORDER = -1;

  /// A request of the pool.
  ///
  /// @param refusal its row of the training data
  /// @param start with the suffix that a search begins with
  record Case(TrainingRow refusal, SuffixedPrompt start) {}

  private final List<Case> cases;
  private final List<SuffixedPrompt> current = new ArrayList<>();

  /// Takes requests whose text can be followed by a suffix, in an order that follows from the seed:
  /// files of prompts are often sorted by category.
  ///
  /// @throws TrainException when there are fewer of them than a step needs
  SuffixPool(Method.Context context, Speaker speaker, R2d2Settings settings) {
    cases = cases(context, speaker, settings);
    if (cases.size() < settings.cases()) {
      throw new TrainException(
          ErrorCode.USAGE,
          "R2D2 attacks %d requests in a step, but only %d of the harmful prompts can be followed by a suffix"
              .formatted(settings.cases(), cases.size()));
    }
    cases.forEach(each -> current.add(each.start()));
  }

  private static List<Case> cases(Method.Context context, Speaker speaker, R2d2Settings settings) {
    SuffixEncoder encoder = new SuffixEncoder(speaker);
    InstructionSpan span = new InstructionSpan(context.data());
    String suffix = START.repeat(settings.search().suffixTokens());
    Set<String> seen = new HashSet<>();
    List<Case> found = new ArrayList<>();
    List<TrainingRow> harmful = context.data().harmful();
    for (int place :
        DataOrder.shuffled(
            harmful.size(), context.streams().of(RandomStreams.Purpose.POOL, ORDER))) {
      TrainingRow row = harmful.get(place);
      if (found.size() < settings.pool()) {
        Optional<String> text = text(row, span, speaker).filter(seen::add);
        text.flatMap(known -> start(encoder, known, suffix))
            .ifPresent(start -> found.add(new Case(row, start)));
      }
    }
    return List.copyOf(found);
  }

  /// What the user typed, when it gives the tokens of the prompt again.
  private static Optional<String> text(TrainingRow row, InstructionSpan span, Speaker speaker) {
    Prompt prompt = row.promptOnly();
    List<Integer> places = span.in(row);
    // what all texts of the data begin with lies before the span
    for (int first = places.getFirst(); first >= 0; first--) {
      int[] ids = Arrays.copyOfRange(prompt.ids(), first, places.getLast() + 1);
      String text = speaker.tokenizer().decode(ids, false);
      if (Arrays.equals(speaker.question(text).ids(), prompt.ids())) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private static Optional<SuffixedPrompt> start(SuffixEncoder encoder, String text, String suffix) {
    try {
      return Optional.of(encoder.start(text, suffix));
    } catch (AttackException e) {
      return Optional.empty();
    }
  }

  /// Number of requests.
  int size() {
    return cases.size();
  }

  /// A request with its suffix as it is now.
  SuffixedPrompt current(int number) {
    return current.get(number);
  }

  /// Keeps what a search found.
  void replace(int number, SuffixedPrompt found) {
    current.set(number, found);
  }

  /// Begins anew with a request.
  void reset(int number) {
    current.set(number, cases.get(number).start());
  }

  /// The row of a request with its suffix as it is now: the refusal, learnt.
  TrainingRow refusal(int number) {
    TrainingRow row = cases.get(number).refusal();
    int[] ids = row.prompt().ids();
    int[] reply = Arrays.copyOfRange(ids, row.prompt().promptLength(), ids.length);
    return TrainingRow.replying(current(number).prompt(), reply, Side.HARMFUL);
  }

  /// Suffixes for a checkpoint.
  SequencedMap<String, LayerVectors> state() {
    SequencedMap<String, LayerVectors> state = new LinkedHashMap<>();
    for (int number = 0; number < current.size(); number++) {
      int[] suffix = current.get(number).suffix();
      float[] values = new float[suffix.length];
      for (int i = 0; i < suffix.length; i++) {
        // ids are far below 2^24, so that they are exact
        values[i] = suffix[i];
      }
      state.put(NAME + number, LayerVectors.same(values));
    }
    return state;
  }

  /// Goes on with the suffixes of a checkpoint.
  void continueWith(Map<String, LayerVectors> state) {
    for (int number = 0; number < current.size(); number++) {
      LayerVectors stored = state.get(NAME + number);
      if (stored != null) {
        current.set(number, withSuffix(cases.get(number).start(), stored.at(0)));
      }
    }
  }

  private static SuffixedPrompt withSuffix(SuffixedPrompt prompt, float... suffix) {
    int[] ids = prompt.prompt().ids().clone();
    for (int slot = 0; slot < suffix.length; slot++) {
      ids[prompt.first() + slot] = (int) suffix[slot];
    }
    return new SuffixedPrompt(
        prompt.text(), Prompt.of(ids, prompt.prompt().tInst()), prompt.first());
  }
}
