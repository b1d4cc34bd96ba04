package org.demur.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.data.EverydayPrompts;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.model.Prompt;

/// The prompts of an audit by what they are used for.
///
/// @param set what they were taken from
/// @param train directions and centroids are made of these
/// @param validation thresholds and the direction are chosen on these
/// @param test everything is measured on these
/// @param everyday requests that nobody would decline: the other side of the refusal direction
/// @param nPost number of post-instruction tokens; 1 for plain prompts, whose last token is t_inst
record Cases(
    PromptSet set,
    List<PromptCase> train,
    List<PromptCase> validation,
    List<PromptCase> test,
    Everyday everyday,
    int nPost) {
  /// Everyday requests by split.
  record Everyday(
      PromptSet set, List<PromptCase> train, List<PromptCase> validation, List<PromptCase> test) {}

  static Cases of(PromptSet set, AuditedModel subject, AuditSettings settings) {
    Profile.Sizes sizes = settings.profile().sizes();
    List<PromptCase> train = encode(set, Split.TRAIN, sizes.train(), subject, settings);
    List<PromptCase> validation =
        encode(set, Split.VALIDATION, sizes.validation(), subject, settings);
    List<PromptCase> test = encode(set, Split.TEST, sizes.test(), subject, settings);
    int nPost =
        settings.plain() ? 1 : Math.max(1, subject.encoder().postInstruction().ids().size());
    return new Cases(set, train, validation, test, everyday(subject, settings), nPost);
  }

  private static Everyday everyday(AuditedModel subject, AuditSettings settings) {
    Profile.Sizes sizes = settings.profile().sizes();
    PromptSet set = EverydayPrompts.builtIn();
    return new Everyday(
        set,
        encode(set.in(Split.TRAIN).atMost(sizes.everyday()), subject, settings),
        encode(set.in(Split.VALIDATION).atMost(sizes.everyday()), subject, settings),
        encode(set.in(Split.TEST).atMost(sizes.everyday()), subject, settings));
  }

  private static List<PromptCase> encode(
      PromptSet set, Split split, int perLabel, AuditedModel subject, AuditSettings settings) {
    // stages that look at a few take the first ones, which must not be all of one category
    PromptSet part = set.in(split).atMost(perLabel).requireBothLabels().interleaved();
    return encode(part, subject, settings);
  }

  private static List<PromptCase> encode(
      PromptSet part, AuditedModel subject, AuditSettings settings) {
    List<PromptCase> cases = new ArrayList<>();
    int longest =
        subject.model().architecture().longestRow() - settings.profile().sizes().maxNewTokens();
    for (LabelledPrompt prompt : part.prompts()) {
      Prompt tokens =
          settings.plain()
              ? subject.encoder().bare(prompt.text())
              : subject.encoder().question(Optional.empty(), prompt.text());
      if (tokens.length() > longest) {
        throw new AuditException(
            ErrorCode.CONTEXT_LENGTH,
            "prompt %s has %d tokens, but with its reply the model's context leaves room for %d"
                .formatted(prompt.id(), tokens.length(), longest));
      }
      cases.add(new PromptCase(prompt, tokens));
    }
    return cases;
  }

  static List<Prompt> tokens(List<PromptCase> cases) {
    return cases.stream().map(PromptCase::tokens).toList();
  }

  static List<PromptCase> harmful(List<PromptCase> cases) {
    return cases.stream().filter(PromptCase::harmful).toList();
  }

  static List<PromptCase> harmless(List<PromptCase> cases) {
    return cases.stream().filter(one -> !one.harmful()).toList();
  }
}
