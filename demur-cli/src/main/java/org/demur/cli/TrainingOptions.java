package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.demur.data.LabelledRows;
import org.demur.harden.AttackName;
import org.demur.harden.HardeningPrompts;
import org.demur.harden.HardeningSettings;
import org.demur.harden.TrainingChanges;
import org.demur.train.HardeningMethod;
import org.demur.train.HardeningProfile;
import org.demur.train.RefatSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a hardening trains, on which prompts, and what it is attacked with.
final class TrainingOptions {
  private static final String PUBLISHED = "refat-published";
  private static final List<AttackName> USUAL =
      List.of(
          AttackName.RFA,
          AttackName.RFA_LAYERS,
          AttackName.RFA_SUBSPACE,
          AttackName.RFA_MULTI,
          AttackName.RFA_TRANSFER,
          AttackName.PREFILL);

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = {
        "refat: refusal training with three forms of ablation (each layer's direction; one layer's"
            + " direction at three sites of all blocks; a subspace), on harmless rows, too (default);",
        "refat-published: as in the paper; rt: plain refusal training; and, to compare with,"
            + " deeprefusal, cat, capo, lat, circuit-breakers, r2d2."
      })
  private String method = "refat";

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "How long to train: quick or standard (default: standard).")
  private String profile = "standard";

  @Option(
      names = "--recompute",
      description =
          "Compute activations again on the way back instead of keeping them: less memory,"
              + " more time, the same adapter.")
  private boolean recompute;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "Train on the prompts of this file instead of Demur's own: a table (JSONL, JSON, CSV, TSV,"
            + " Parquet, data set folder) with the columns prompt and label (harmful or harmless), and"
            + " where you like split (train, validation, test; all train without it), reply, pair, id."
            + " Splits that it lacks are Demur's."
      })
  private @Nullable Path data;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of the method instead of the profile's.")
  private @Nullable Integer steps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes of the method over the harmful rows instead of the profile's steps.")
  private @Nullable Double epochs;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = {
        "A number in place of the profile's; may be repeated. Of every training: learning-rate,"
            + " schedule (constant, linear, cosine), warm-up (steps), rows (of each side in a step),"
            + " parts (passes that a step is made in), gradient-bound, weight-decay;",
        "of refat and refat-published: share and utility-share (of rows ablated, 0 to 1),"
            + " opened (share of rows that learn their reply behind an opener), period (steps from"
            + " directions to directions), prompts (of a side that directions are made of), form (per-layer, one-direction, subspace, mixed, all, late), mode (zero,"
            + " harmless-mean), positions (all, prompt, last-prompt, t-inst, generated), control"
            + " (recomputed, frozen, random);",
        "of a new adapter: rank, alpha, dropout, targets (modules such as q_proj,v_proj)."
      })
  private List<String> changes = new ArrayList<>();

  @Option(
      names = "--attack",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Attacks before and after, as in demur attack; none for no attack (default: rfa, rfa-layers,"
            + " rfa-subspace, rfa-multi, rfa-transfer, prefill)."
      })
  private List<String> attacks = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of data order, masks, directions and new factors (default: 0).")
  private long seed;

  /// The name of the method as it was given.
  String method() {
    return method;
  }

  /// What is trained and what it is attacked with.
  ///
  /// @param prompts that epochs are counted over
  /// @throws CliException for an unknown method, profile or attack
  /// @throws org.demur.train.TrainException for a number that cannot be set
  HardeningSettings settings(HardeningPrompts prompts) {
    HardeningSettings made = settings(Optional.ofNullable(steps));
    Double passes = epochs;
    if (passes == null) {
      return made;
    }
    if (steps != null) {
      throw CliException.usage("--steps and --epochs say the same thing: give one of them");
    }
    return settings(Optional.of(made.stepsOf(passes, prompts)));
  }

  private HardeningSettings settings(Optional<Integer> wanted) {
    return HardeningSettings.of(
            known(),
            method.equals(PUBLISHED) ? Optional.of(RefatSettings.PUBLISHED) : Optional.empty(),
            profile(),
            wanted,
            seed,
            AttackCommand.names(attacks, USUAL))
        .changed(TrainingChanges.of(changes))
        .recomputing(recompute);
  }

  /// The prompts of the file, or those that come with Demur.
  HardeningPrompts prompts() {
    Path file = data;
    return file == null
        ? HardeningPrompts.builtIn(profile())
        : HardeningPrompts.of(LabelledRows.read(file), profile());
  }

  private HardeningMethod known() {
    if (method.equals(PUBLISHED)) {
      return HardeningMethod.REFAT;
    }
    return HardeningMethod.of(method)
        .orElseThrow(
            () -> {
              List<String> known =
                  Arrays.stream(HardeningMethod.values()).map(HardeningMethod::label).toList();
              return CliException.usage(
                  "unknown method \"%s\"; known: %s, %s"
                      .formatted(method, PUBLISHED, String.join(", ", known)));
            });
  }

  private HardeningProfile profile() {
    for (HardeningProfile known : HardeningProfile.values()) {
      if (known.label().equals(profile)) {
        return known;
      }
    }
    throw CliException.usage("unknown profile \"%s\"; known: quick, standard".formatted(profile));
  }
}
