package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.List;
import org.demur.attacks.Attempt;
import org.demur.attacks.Request;
import org.demur.attacks.TemplateAttack;
import org.demur.attacks.Victim;
import org.demur.data.Label;
import org.demur.data.PromptSet;
import org.demur.directions.RefusalTokens;
import org.demur.harden.AttackPrompts;
import org.demur.model.Prompt;
import org.demur.model.Speaker;

/// The prompts of the analyses as tokens of one model.
///
/// @param trainHarmful directions come from these
/// @param trainEveryday and these
/// @param validationHarmful the layer is chosen on these
/// @param validationEveryday and these
/// @param harmful harmful test requests
/// @param twins their harmless twins
/// @param everyday everyday test requests
/// @param attacked harmful test requests behind the attack
/// @param benign the same requests with a benign suffix; as many, as long and in the same order as
///   the attacked ones
/// @param requestOf number of the harmful request of each attacked prompt
record ExplainPrompts(
    List<Prompt> trainHarmful,
    List<Prompt> trainEveryday,
    List<Prompt> validationHarmful,
    List<Prompt> validationEveryday,
    List<Prompt> harmful,
    List<Prompt> twins,
    List<Prompt> everyday,
    List<Prompt> attacked,
    List<Prompt> benign,
    List<Integer> requestOf) {

  static ExplainPrompts of(Speaker speaker, AttackPrompts prompts, ExplainSettings settings) {
    List<Request> requests = prompts.test().stream().filter(Request::harmful).toList();
    List<Prompt> harmful = questions(speaker, requests);
    List<Attempt> attempts = attempts(speaker, requests, settings.textsPerRequest());
    BenignSuffix suffix = new BenignSuffix(speaker);
    List<Prompt> benign = new ArrayList<>();
    for (Attempt attempt : attempts) {
      Prompt plain = harmful.get(attempt.request());
      int added = attempt.prompt().promptLength() - plain.promptLength();
      benign.add(suffix.longer(plain, Math.max(1, added)));
    }
    return new ExplainPrompts(
        questions(speaker, prompts.train(), Label.HARMFUL, settings.train()),
        questions(speaker, prompts.train(), Label.HARMLESS, settings.train()),
        questions(speaker, prompts.validation(), Label.HARMFUL, settings.validation()),
        questions(speaker, prompts.validation(), Label.HARMLESS, settings.validation()),
        harmful,
        questions(speaker, prompts.test().stream().filter(one -> !one.harmful()).toList()),
        questions(speaker, prompts.everyday()),
        attempts.stream().map(Attempt::prompt).toList(),
        benign,
        attempts.stream().map(Attempt::request).toList());
  }

  /// A few texts around each request, which take turns so that all texts count alike.
  private static List<Attempt> attempts(Speaker speaker, List<Request> requests, int perRequest) {
    Victim victim = new Victim(speaker, RefusalTokens.usual(speaker.tokenizer()));
    List<Attempt> all = new TemplateAttack().on(victim, requests, done -> {});
    int texts = all.size() / Math.max(1, requests.size());
    List<Attempt> chosen = new ArrayList<>();
    for (int request = 0; request < requests.size(); request++) {
      for (int turn = 0; turn < Math.min(perRequest, texts); turn++) {
        int text = (request * perRequest + turn) % texts;
        chosen.add(all.get(request * texts + text));
      }
    }
    return chosen;
  }

  private static List<Prompt> questions(Speaker speaker, PromptSet set, Label label, int most) {
    return set.with(label).atMost(most).prompts().stream()
        .map(prompt -> speaker.question(prompt.text()))
        .toList();
  }

  private static List<Prompt> questions(Speaker speaker, List<Request> requests) {
    return requests.stream().map(request -> speaker.question(request.text())).toList();
  }

  /// Mean over the attacked prompts of each request, in the order of the requests.
  double[] perRequest(double... values) {
    double[] sums = new double[harmful.size()];
    int[] counts = new int[sums.length];
    for (int i = 0; i < values.length; i++) {
      sums[requestOf.get(i)] += values[i];
      counts[requestOf.get(i)]++;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= Math.max(1, counts[i]);
    }
    return sums;
  }
}
