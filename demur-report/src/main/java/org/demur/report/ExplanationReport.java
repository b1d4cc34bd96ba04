package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Why a hardened model refuses and stops to refuse, for every state of a hardening: five analyses
/// of its refusal direction, A1 to A5.
///
/// Below, u is the unit difference in means, harmful minus everyday prompts, at the input of a
/// layer and the last token of the prompt; h is the residual stream there.
///
/// **Source.** Yu et al. 2024, the analyses of the refusal feature.
///
/// @param schemaVersion version of this schema, `major` or `major.minor`
/// @param created start of the hardening, ISO 8601 with zone
/// @param run folder of the hardening
/// @param model name of the base model
/// @param profile of the hardening
/// @param seed of whatever was drawn here
/// @param settings sizes of the analyses, by name
/// @param findings what the figures say, one for each analysis
/// @param states the states of the model, in the order in which they came to be
/// @param costs of the states that were measured now; those that a journal had cost nothing again
/// @param limits what the figures do not say
public record ExplanationReport(
    String schemaVersion,
    String created,
    String run,
    String model,
    String profile,
    long seed,
    Map<String, String> settings,
    List<Finding> findings,
    List<ExplainedState> states,
    Costs costs,
    List<String> limits) {
  /// Version that this code writes; it reads every `1.x`.
  public static final String SCHEMA_VERSION = "1";

  /// Copies the lists and the map, which keeps its order.
  public ExplanationReport {
    settings = Copies.ordered(settings);
    findings = List.copyOf(findings);
    states = List.copyOf(states);
    limits = List.copyOf(limits);
  }

  /// How large the search of A4 was, in words: its settings.
  public String worstCaseSize() {
    return settings.entrySet().stream()
        .filter(setting -> setting.getKey().endsWith("(A4)"))
        .map(setting -> setting.getKey().replace(" (A4)", "") + " " + setting.getValue())
        .collect(Collectors.joining(", "));
  }

  /// Whether a claim holds, within intervals.
  public enum Answer {
    /// It holds.
    HOLDS,
    /// It does not hold.
    FAILS,
    /// The interval leaves it open.
    UNCLEAR,
    /// There is nothing to test it on, for example no refusal that could be switched off.
    UNTESTABLE
  }

  /// What an analysis says.
  ///
  /// @param analysis `A1` to `A5`
  /// @param claim that is tested, as a sentence
  /// @param verdict what was found, in words
  /// @param answers one for each state
  public record Finding(String analysis, String claim, String verdict, List<StateAnswer> answers) {
    /// Copies the list.
    public Finding {
      answers = List.copyOf(answers);
    }
  }

  /// Whether a claim holds for one state.
  ///
  /// @param state key of the state
  /// @param answer whether it holds
  /// @param reason with the figures that decide
  public record StateAnswer(String state, Answer answer, String reason) {}

  /// A state of the model.
  ///
  /// @param key stable name: `before`, `rt`, `refat`
  /// @param name in words
  /// @param refusalTokens texts of the tokens whose log-odds are given
  /// @param layer whose input tells harmful from everyday validation prompts best along u; figures
  ///   of one layer are of this one
  /// @param layers A1 and A2 at every layer
  /// @param movement A1
  /// @param picture prompts of that layer on two principal components
  /// @param shift A2
  /// @param causality A3
  /// @param worstCases A4, one for each layer that was perturbed
  /// @param harmlessCost A5
  public record ExplainedState(
      String key,
      String name,
      List<String> refusalTokens,
      int layer,
      List<LayerFigures> layers,
      Movement movement,
      Picture picture,
      Shift shift,
      Causality causality,
      List<WorstCase> worstCases,
      HarmlessCost harmlessCost) {
    /// Copies the lists.
    public ExplainedState {
      refusalTokens = List.copyOf(refusalTokens);
      layers = List.copyOf(layers);
      worstCases = List.copyOf(worstCases);
    }
  }

  /// One layer. Projections are means of u · h over prompts; a layer at which all prompts are the
  /// same has no direction and no numbers.
  ///
  /// @param layer whose input is read
  /// @param length of the difference in means
  /// @param everyday projection of everyday test requests
  /// @param twins projection of harmless twins
  /// @param harmful projection of harmful test requests
  /// @param attacked projection of the same behind the attack
  /// @param moved attacked minus plain, paired by request
  /// @param attackCosine cosine of the attack's mean shift with -u
  /// @param benignCosine cosine of the mean shift of a benign suffix of as many tokens with -u
  public record LayerFigures(
      int layer,
      double length,
      double everyday,
      double twins,
      double harmful,
      double attacked,
      Measured moved,
      Measured attackCosine,
      Measured benignCosine) {}

  /// A1: how the attack moves harmful prompts along u.
  ///
  /// @param gap projection of harmful requests minus the mean one of everyday requests
  /// @param moved projection behind the attack minus projection without, paired by request
  /// @param benignMoved the same of the benign suffix
  /// @param share of the gap that the attack closes; 1 is all the way to everyday requests
  public record Movement(Measured gap, Measured moved, Measured benignMoved, Measured share) {}

  /// Prompts on the first two principal components of the prompts that are not attacked.
  ///
  /// @param layer whose input is shown
  /// @param explainedFirst share of their variance along the first component, in [0, 1]
  /// @param explainedSecond share of their variance along the second component, in [0, 1]
  /// @param groups the prompts
  public record Picture(
      int layer, double explainedFirst, double explainedSecond, List<PictureGroup> groups) {
    /// Copies the list.
    public Picture {
      groups = List.copyOf(groups);
    }
  }

  /// Prompts of one kind.
  ///
  /// @param name `everyday`, `twins`, `harmful` or `attacked`
  /// @param xs along the first component
  /// @param ys along the second component
  public record PictureGroup(String name, List<Double> xs, List<Double> ys) {
    /// Copies the lists.
    public PictureGroup {
      xs = List.copyOf(xs);
      ys = List.copyOf(ys);
    }
  }

  /// A2: the attack's mean shift against -u, with its controls. Cosines in [-1, 1].
  ///
  /// @param attack cosine of the attack's shift with -u
  /// @param benign cosine of the shift of a benign suffix of as many tokens
  /// @param difference attack minus benign, the same requests resampled for both
  /// @param randomLow 2.5 % quantile of the cosines of random directions with -u
  /// @param randomHigh 97.5 % quantile of the same
  /// @param randomDirections how many were drawn
  public record Shift(
      Measured attack,
      Measured benign,
      Measured difference,
      double randomLow,
      double randomHigh,
      int randomDirections) {}

  /// A3: refusal log-odds of the first token, in nats, with and without edits.
  ///
  /// @param plain harmful requests
  /// @param ablated the same without their component along u at every input of a block from a
  ///   quarter of the depth on, all tokens (`ZERO`)
  /// @param recentred the same with that component at its mean over everyday prompts
  ///   (`HARMLESS_MEAN`)
  /// @param attacked harmful requests behind the attack
  /// @param benign harmful requests with a benign suffix
  /// @param restored attacked requests whose last token has the component along u of harmful
  ///   prompts
  /// @param restoredRandom the same along random directions instead of u
  /// @param ablatedChange ablated minus plain, paired
  /// @param recentredChange recentred minus plain, paired
  /// @param attackChange attacked minus plain, paired
  /// @param restoredChange restored minus attacked, paired
  /// @param overRandom restored minus restored along random directions, paired
  public record Causality(
      Measured plain,
      Measured ablated,
      Measured recentred,
      Measured attacked,
      Measured benign,
      Measured restored,
      Measured restoredRandom,
      Measured ablatedChange,
      Measured recentredChange,
      Measured attackChange,
      Measured restoredChange,
      Measured overRandom) {}

  /// A4: taking out the component along u at one layer and the last token, beside the worst
  /// perturbation there that is no longer.
  ///
  /// @param layer whose input is perturbed
  /// @param budget greatest length of the perturbation: |u · h|, mean over requests
  /// @param cosine of the worst perturbation with -u
  /// @param plain log-odds without a perturbation
  /// @param rfa log-odds without the component along u
  /// @param worst log-odds under the worst perturbation found
  /// @param lossRatio mean of -ln of the refusal's probability without the component, divided by
  ///   the same under the worst perturbation; 1 where nothing worse was found
  /// @param dropShare drop of the log-odds without the component, divided by that under the worst
  ///   perturbation
  public record WorstCase(
      int layer,
      Measured budget,
      Measured cosine,
      Measured plain,
      Measured rfa,
      Measured worst,
      Measured lossRatio,
      Measured dropShare) {}

  /// A5: what the two forms of ablation cost on the model's own helpful replies to everyday
  /// requests.
  ///
  /// @param crossEntropy without edits, nats per token
  /// @param zero increase of it where components are removed
  /// @param recentred increase of it where they are moved to the mean of everyday prompts
  /// @param zeroDivergence KL divergence of the next token where components are removed, nats
  /// @param recentredDivergence the same where they are moved to the mean
  /// @param divergenceDifference removed minus moved, paired
  /// @param crossEntropyDifference removed minus moved, paired
  public record HarmlessCost(
      Measured crossEntropy,
      Measured zero,
      Measured recentred,
      Measured zeroDivergence,
      Measured recentredDivergence,
      Measured divergenceDifference,
      Measured crossEntropyDifference) {}
}
