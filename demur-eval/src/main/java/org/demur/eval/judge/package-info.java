/// Judges of replies: did the model refuse, and how, from the text of its reply alone.
///
/// Entry type: [org.demur.eval.judge.ReplyJudge]. Training and evaluation:
/// [org.demur.eval.judge.JudgeTraining], [org.demur.eval.judge.JudgeEvaluation]. Sources: Reuter
/// and Schulze 2023 (data and n-gram classifier); the wording of refusal lists in public evaluation
/// code.
@NullMarked
package org.demur.eval.judge;

import org.jspecify.annotations.NullMarked;
