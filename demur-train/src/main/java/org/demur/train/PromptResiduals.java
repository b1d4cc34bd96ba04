package org.demur.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.tensor.Scope;
import org.demur.tensor.workers.Workers;

/// What enters each block at the last token of prompts.
///
/// One pass without the last block and the head. Workers share the prompts, and all get the same
/// numbers.
final class PromptResiduals {
  private final LanguageModel model;
  private final Workers workers;
  private final int nLayers;
  private final int dModel;

  PromptResiduals(LanguageModel model, Workers workers) {
    this.model = model;
    this.workers = workers;
    this.nLayers = model.architecture().dimensions().nLayers();
    this.dModel = model.architecture().dimensions().dModel();
  }

  /// Runs the prompts.
  ///
  /// @return for each layer `[prompt, dModel]`
  List<float[]> of(List<Prompt> prompts) {
    if (workers.size() == 1) {
      return captured(prompts);
    }
    List<Prompt> own = new ArrayList<>();
    for (int i = workers.rank(); i < prompts.size(); i += workers.size()) {
      own.add(prompts.get(i));
    }
    int perLayer = prompts.size() * dModel;
    float[] all = new float[nLayers * perLayer];
    List<float[]> captured = own.isEmpty() ? List.of() : captured(own);
    for (int layer = 0; layer < captured.size(); layer++) {
      for (int i = 0; i < own.size(); i++) {
        int place = workers.rank() + i * workers.size();
        System.arraycopy(
            captured.get(layer), i * dModel, all, layer * perLayer + place * dModel, dModel);
      }
    }
    // a row is one worker's and zero at the others: the sum is the row
    workers.sum(all);
    List<float[]> found = new ArrayList<>();
    for (int layer = 0; layer < nLayers; layer++) {
      found.add(Arrays.copyOfRange(all, layer * perLayer, (layer + 1) * perLayer));
    }
    return found;
  }

  private List<float[]> captured(List<Prompt> prompts) {
    List<HookPoint> points = points();
    ForwardRequest request = ForwardRequest.captureOnly(points, Positions.LAST_PROMPT);
    if (nLayers > 1) {
      request = request.stoppingAfter(nLayers - 2);
    }
    List<float[]> found = new ArrayList<>();
    try (ForwardResult result = model.forward(prompts, request);
        Scope scope = Scope.open()) {
      for (HookPoint point : points) {
        found.add(result.activations().stacked(point).toFloats());
      }
    }
    return found;
  }

  /// What enters each block; what enters the last one is what leaves the one before.
  private List<HookPoint> points() {
    List<HookPoint> points = new ArrayList<>();
    for (int layer = 0; layer < nLayers; layer++) {
      points.add(
          layer > 0 && layer == nLayers - 1
              ? HookPoint.of(HookSite.RESID_POST, layer - 1)
              : HookPoint.of(HookSite.RESID_PRE, layer));
    }
    return points;
  }
}
