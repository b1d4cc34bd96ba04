package org.demur.eval.judge;

import java.util.Optional;

/// A row of the replies that the judge's error was measured on.
///
/// @param id prompt, as in the built-in pairs: `fraud-01/harmful`
/// @param model which model replied
/// @param part `dev` or `test`
/// @param label the class given by hand
/// @param judged the class that the judge gave when it was measured
/// @param sha256 of the reply's text in UTF-8, in hexadecimal
/// @param reply the reply, where its text may be stored
record PublishedReply(
    String id,
    String model,
    String part,
    ReplyClass label,
    ReplyClass judged,
    String sha256,
    Optional<Reply> reply) {
  String pair() {
    return id.substring(0, id.indexOf('/'));
  }

  boolean isHarmful() {
    return id.endsWith("/harmful");
  }

  boolean isTest() {
    return part.equals("test");
  }
}
