package org.demur.harden;

import java.util.ArrayList;
import java.util.List;
import org.demur.attacks.AblationMaterial;
import org.demur.attacks.Request;
import org.demur.data.EverydayPrompts;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptPairs;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.train.HardeningProfile;

/// The prompts of an attack: requests of the test split, directions from the other splits.
///
/// @param train harmful and everyday prompts that directions are computed from
/// @param validation harmful and everyday prompts that directions are compared on
/// @param test harmful requests and harmless ones beside them, which are attacked: twins, or what a
///   user gives
/// @param everyday harmless requests that nobody would decline
public record AttackPrompts(
    PromptSet train, PromptSet validation, List<Request> test, List<Request> everyday) {
  /// More prompts hardly change a mean.
  private static final int MOST_FOR_DIRECTIONS = 128;

  /// Copies the lists.
  public AttackPrompts {
    test = List.copyOf(test);
    everyday = List.copyOf(everyday);
  }

  /// The prompts that come with Demur, as many as an attack with a budget takes.
  public static AttackPrompts builtIn(AttackBudget budget) {
    return of(PromptPairs.builtIn(), budget.pairs(), budget.everyday());
  }

  /// The prompts that come with Demur, as many as a hardening takes.
  public static AttackPrompts builtIn(HardeningProfile profile) {
    return of(PromptPairs.builtIn(), profile);
  }

  /// The same with other requests to attack; directions come from where they did.
  public AttackPrompts against(PromptSet requests) {
    return new AttackPrompts(train, validation, requests(requests), everyday);
  }

  /// Prompts of all splits, beside Demur's everyday requests, as many as a hardening takes.
  static AttackPrompts of(PromptSet all, HardeningProfile profile) {
    return of(all, testPairs(profile), profile == HardeningProfile.QUICK ? 12 : 24);
  }

  /// Test pairs that every state of a model that is hardened is attacked with.
  static int testPairs(HardeningProfile profile) {
    return profile == HardeningProfile.QUICK ? 12 : 36;
  }

  private static AttackPrompts of(PromptSet all, int mostTest, int mostEveryday) {
    PromptSet plain = EverydayPrompts.builtIn();
    return new AttackPrompts(
        both(all.in(Split.TRAIN).atMost(MOST_FOR_DIRECTIONS), plain.in(Split.TRAIN)),
        both(all.in(Split.VALIDATION).atMost(MOST_FOR_DIRECTIONS), plain.in(Split.VALIDATION)),
        requests(all.in(Split.TEST).atMost(mostTest)),
        requests(plain.in(Split.TEST).atMost(mostEveryday)));
  }

  /// Harmful prompts of the one and everyday prompts of the other, of all categories in turn: an
  /// attack chooses by the first few, and a choice made for one category is a weak attack on the
  /// others.
  private static PromptSet both(PromptSet pairs, PromptSet plain) {
    List<LabelledPrompt> prompts =
        new ArrayList<>(pairs.with(Label.HARMFUL).interleaved().prompts());
    prompts.addAll(plain.interleaved().prompts());
    return PromptSet.of("demur pairs and everyday requests", prompts);
  }

  /// Of all categories in turn: attacks that cost much are made on the first few.
  private static List<Request> requests(PromptSet set) {
    return set.interleaved().prompts().stream()
        .map(prompt -> new Request(prompt.id(), prompt.text(), prompt.label() == Label.HARMFUL))
        .toList();
  }

  /// What directions are computed from.
  AblationMaterial material(Speaker speaker) {
    return material(speaker, Integer.MAX_VALUE);
  }

  /// The same of fewer prompts.
  ///
  /// @param most prompts of each label and split
  AblationMaterial material(Speaker speaker, int most) {
    return new AblationMaterial(
        prompts(train, Label.HARMFUL, speaker, most),
        prompts(train, Label.HARMLESS, speaker, most),
        prompts(validation, Label.HARMFUL, speaker, most),
        prompts(validation, Label.HARMLESS, speaker, most));
  }

  private static List<Prompt> prompts(PromptSet set, Label label, Speaker speaker, int most) {
    return set.with(label).prompts().stream()
        .limit(most)
        .map(prompt -> speaker.question(prompt.text()))
        .toList();
  }
}
