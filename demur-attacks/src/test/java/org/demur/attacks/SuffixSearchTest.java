package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.model.Usage;
import org.demur.model.intervention.Plan;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuffixSearchTest {
  private static final int[] TARGET = {40, 50};
  private static final String START = " !".repeat(6);

  @TempDir private Path folder;

  private static float[] embedding(TinyVictim tiny, int id) {
    try (Scope scope = Scope.open()) {
      return tiny.model.weights().get(WeightLayout.EMBEDDING).select(0, id).toFloats();
    }
  }

  private static TargetLoss.Measured measured(TinyVictim tiny, SuffixedPrompt prompt, Plan plan) {
    TargetRow row = TargetRow.of(prompt.prompt(), TARGET);
    return new TargetLoss(tiny.model)
        .withGradients(List.of(TargetLoss.Term.towards(row, plan)), List.of(0))
        .getFirst();
  }

  /// The slope of the loss towards the embedding of a token is its one-hot gradient less that of
  /// the token that is there.
  private static void slopesAgree(TinyVictim tiny) {
    SuffixedPrompt prompt = new SuffixEncoder(tiny.speaker).start("the water", START);
    int slot = 2;
    int place = prompt.first() + slot;
    float[] gradient = measured(tiny, prompt, Plan.NONE).gradient(0);
    float[] own =
        Arrays.copyOfRange(gradient, place * TinyVictim.D_MODEL, (place + 1) * TinyVictim.D_MODEL);
    float[] oneHot = new EmbeddingTable(tiny.model).oneHotGradient(own, 1)[0];
    double scale = new EmbeddingTable(tiny.model).scale();
    float[] here = embedding(tiny, prompt.suffix()[slot]);
    for (int id : steepest(oneHot)) {
      double[] losses = new double[2];
      float share = 0.02f;
      for (int side = 0; side < 2; side++) {
        TokenDelta delta = new TokenDelta(List.of(place), TinyVictim.D_MODEL);
        for (int i = 0; i < TinyVictim.D_MODEL; i++) {
          double towards = scale * (embedding(tiny, id)[i] - here[i]);
          delta.values()[i] = (float) ((side == 0 ? share : -share) * towards);
        }
        losses[side] = measured(tiny, prompt, Plan.of(delta.addedTo(0, 1))).loss();
      }
      assertThat((double) oneHot[id] - oneHot[prompt.suffix()[slot]])
          .as("token %d", id)
          .isCloseTo((losses[0] - losses[1]) / (2 * share), withinPercentage(5));
    }
  }

  /// The tokens with the largest slopes, of which rounding hides least.
  private static int[] steepest(float[] oneHot) {
    return IntStream.range(0, oneHot.length)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> oneHot[id]))
        .limit(3)
        .mapToInt(id -> id)
        .toArray();
  }

  @Test
  void theOneHotGradientIsTheSlopeTowardsATokensEmbedding() {
    try (TinyVictim llama = TinyVictim.llama(folder);
        TinyVictim granite = TinyVictim.granite(folder);
        TinyVictim gemma = TinyVictim.gemma2(folder)) {
      slopesAgree(llama);
      slopesAgree(granite);
      slopesAgree(gemma);
    }
  }

  @Test
  void everyCandidateIsOneSwapAndGivesItsTokensAgain() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      SuffixSearch search = new SuffixSearch(tiny.speaker, 40, 32);
      SuffixedPrompt prompt = search.encoder().start("the water", START);
      int[][] replacements = search.replacements(prompt, measured(tiny, prompt, Plan.NONE));
      List<SuffixedPrompt> candidates =
          search.candidates(prompt, replacements, new SplittableRandom(3));

      assertThat(prompt.slots()).isEqualTo(12);
      assertThat(candidates).hasSize(40);
      List<Integer> allowed = Arrays.stream(search.encoder().allowed()).boxed().toList();
      for (SuffixedPrompt candidate : candidates) {
        String text = search.encoder().text(candidate).orElseThrow();
        int[] changed = changed(prompt, candidate);

        assertThat(tiny.speaker.question("the water" + text).ids())
            .isEqualTo(candidate.prompt().ids());
        assertThat(changed).hasSize(1);
        assertThat(allowed).contains(candidate.suffix()[changed[0]]);
        assertThat(text).matches("[ -~]+");
      }
      assertThat(candidates.stream().map(one -> Arrays.toString(one.suffix())))
          .doesNotHaveDuplicates();
    }
  }

  private static int[] changed(SuffixedPrompt from, SuffixedPrompt to) {
    return IntStream.range(0, from.slots())
        .filter(slot -> from.suffix()[slot] != to.suffix()[slot])
        .toArray();
  }

  @Test
  void tokensThatMergeDoNotSurvive() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      SuffixEncoder encoder = new SuffixEncoder(tiny.speaker);
      SuffixedPrompt prompt = encoder.start("we", " a b c");
      int the = tiny.tokenizer.idOf("Ġthe").orElseThrow();
      int h = tiny.tokenizer.idOf("h").orElseThrow();
      int e = tiny.tokenizer.idOf("e").orElseThrow();
      SuffixedPrompt merging = prompt.swapped(1, h).swapped(2, e);

      assertThat(encoder.survives(prompt)).isTrue();
      assertThat(encoder.survives(prompt.swapped(0, the))).isTrue();
      assertThat(encoder.text(merging)).hasValueSatisfying(text -> assertThat(text).contains("he"));
      assertThat(encoder.survives(merging)).isFalse();
      assertThatThrownBy(() -> encoder.start("we", ""))
          .isInstanceOf(AttackException.class)
          .hasMessageContaining("a suffix of 0 characters");
    }
  }

  @Test
  void aStepFindsTheBestOfItsCandidatesAndCountsItsPasses() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      SuffixSearch search = new SuffixSearch(tiny.speaker, 16, 32);
      SuffixedPrompt prompt = search.encoder().start("the water", START);
      List<SuffixedPrompt> candidates =
          search.candidates(
              prompt,
              search.replacements(prompt, measured(tiny, prompt, Plan.NONE)),
              new SplittableRandom(3));
      double best =
          candidates.stream()
              .mapToDouble(one -> measured(tiny, one, Plan.NONE).loss())
              .min()
              .orElseThrow();
      Usage before = tiny.model.usage();
      SuffixSearch.Found found = search.step(prompt, TARGET, new SplittableRandom(3));
      Usage spent = tiny.model.usage().since(before);

      assertThat(found.loss()).isCloseTo(best, withinPercentage(0.01));
      assertThat(found.loss()).isLessThan(found.before());
      assertThat(found.passes()).isEqualTo(new RowPasses(17, 1));
      // the gradient, the shared beginning, and all candidates together
      assertThat(spent.forwardPasses()).isEqualTo(3);
      assertThat(spent.backwardPasses()).isEqualTo(1);
    }
  }

  private static List<Attempt> attack(TinyVictim tiny, GcgSettings settings) {
    return new GcgAttack(settings).on(tiny.victim, TinyVictim.requests(), done -> {});
  }

  private static GcgSettings settings(int steps, boolean transfer) {
    return new GcgSettings(steps, 12, 32, 5, transfer, 7, "the");
  }

  @Test
  void moreStepsNeverGiveAWorseSuffix() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      double[] last = {1e9, 1e9, 1e9};
      for (int steps : new int[] {1, 2, 4, 8}) {
        List<Attempt> attempts = attack(tiny, settings(steps, false));
        for (int request = 0; request < 3; request++) {
          double loss = attempts.get(request).loss().orElseThrow();
          assertThat(loss).isLessThanOrEqualTo(last[request]);
          last[request] = loss;
        }
      }
      int[] target = Openers.tokens(tiny.speaker, "the");
      for (int request = 0; request < 3; request++) {
        TargetRow plain = TargetRow.of(tiny.question(TinyVictim.requests().get(request)), target);
        double before =
            new TargetLoss(tiny.model)
                .of(List.of(TargetLoss.Term.towards(plain, Plan.NONE)))
                .getFirst()
                .loss();
        assertThat(last[request]).isLessThan(before);
      }
    }
  }

  @Test
  void aSeedGivesTheSameSuffixesAndAnotherSeedOthers() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<String> once = suffixes(attack(tiny, settings(3, true)));

      assertThat(suffixes(attack(tiny, settings(3, true)))).isEqualTo(once);
      assertThat(suffixes(attack(tiny, settings(3, true).seeded(8)))).isNotEqualTo(once);
    }
  }

  private static List<String> suffixes(List<Attempt> attempts) {
    return attempts.stream()
        .map(attempt -> Arrays.toString(attempt.prompt().ids()) + attempt.loss())
        .toList();
  }

  @Test
  void aPromptThatReachesTheTargetIsLeftAlone() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      SuffixSearch search = new SuffixSearch(tiny.speaker, 16, 32);
      SuffixedPrompt prompt = search.encoder().start("the water", START);
      int greedy =
          IntStream.range(0, 360)
              .filter(
                  id ->
                      new TargetLoss(tiny.model)
                          .ofAlike(List.of(TargetRow.of(prompt.prompt(), id)))
                          .getFirst()
                          .reached())
              .findFirst()
              .orElseThrow();
      SuffixSearch.Found found = search.step(prompt, new int[] {greedy}, new SplittableRandom(3));

      assertThat(found.reached()).isTrue();
      assertThat(found.prompt()).isEqualTo(prompt);
      assertThat(found.passes()).isEqualTo(new RowPasses(1, 1));
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> GcgSettings.QUICK.budgeted(1, 0, 3))
        .isInstanceOf(AttackException.class)
        .hasMessageContaining("width 0");
  }
}
