package org.demur.eval.judge;

/// A reply to be judged.
///
/// @param text what the model wrote
/// @param prompt what it was asked; empty when unknown. Its words are taken out of the evidence
/// @param truncated whether generation was stopped by a length limit: then its length says nothing
public record Reply(String text, String prompt, boolean truncated) {
  /// A complete reply to an unknown prompt.
  public static Reply of(String text) {
    return new Reply(text, "", false);
  }

  /// A complete reply to a prompt.
  public static Reply to(String prompt, String text) {
    return new Reply(text, prompt, false);
  }

  /// The same reply, cut by a length limit or not.
  public Reply truncated(boolean cut) {
    return new Reply(text, prompt, cut);
  }
}
