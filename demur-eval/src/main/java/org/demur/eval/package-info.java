/// What replies and prompts are by their text alone: the judge of replies and the surface
/// baselines.
///
/// Entry types: `org.demur.eval.judge.ReplyJudge` and `org.demur.eval.baseline.SurfaceBaselines`.
@NullMarked
package org.demur.eval;

import org.jspecify.annotations.NullMarked;
