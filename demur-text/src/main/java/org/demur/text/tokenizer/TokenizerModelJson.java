package org.demur.text.tokenizer;

import org.demur.text.json.StreamingJson;

/// Reads the `model` of a tokenizer.json without keeping more of it than needed.
final class TokenizerModelJson {
  /// Most tokens that a vocabulary may have.
  static final int MAX_TOKENS = 4_000_000;

  private static final int MAX_MERGES = 8_000_000;

  private final StreamingJson json;
  private final TokenizerModel model = new TokenizerModel();

  private TokenizerModelJson(StreamingJson json) {
    this.json = json;
  }

  /// Reads the model at which the document stands.
  static TokenizerModel read(StreamingJson json) {
    TokenizerModelJson reader = new TokenizerModelJson(json);
    json.object(reader::field);
    return reader.model;
  }

  private void field(String name) {
    switch (name) {
      case "vocab" -> {
        if (json.atArray()) {
          model.scored = true;
          json.array(this::scoredToken);
        } else {
          json.object(this::token);
        }
      }
      case "merges" -> {
        model.hasMerges = true;
        json.array(this::merge);
      }
      default -> {
        if (json.atObject() || json.atArray()) {
          json.skip();
          return;
        }
        Object value = json.value();
        if (value != null) {
          model.options.put(name, value);
        }
      }
    }
  }

  private void token(String piece) {
    long id = json.integer();
    if (id < 0 || id >= MAX_TOKENS) {
      throw new TokenizerException(
          "tokenizer.json: model.vocab has a token with id %d; ids from 0 to %d are accepted"
              .formatted(id, MAX_TOKENS - 1));
    }
    model.ids.put(WellFormed.text(piece), (int) id);
  }

  private void scoredToken() {
    int[] seen = {0};
    json.array(
        () -> {
          int place = seen[0]++;
          if (place == 0) {
            scoredPiece(json.text());
          } else if (place == 1) {
            score(json.number());
          } else {
            throw json.wrong("a token and its score, and nothing else");
          }
        });
    if (seen[0] != 2) {
      throw json.wrong("a token and its score before this");
    }
  }

  private void scoredPiece(String piece) {
    int id = model.scores.size();
    if (id >= MAX_TOKENS || piece.isEmpty()) {
      throw json.wrong("a token that is not empty, and at most %d of them".formatted(MAX_TOKENS));
    }
    if (model.ids.put(WellFormed.text(piece), id) != null) {
      throw new TokenizerException(
          "tokenizer.json: model.vocab has the token at place %d twice".formatted(id));
    }
  }

  private void score(double score) {
    if (!Double.isFinite(score)) {
      throw json.wrong("a finite score");
    }
    model.scores.add(score);
  }

  private void merge() {
    if (model.merges.size() >= MAX_MERGES) {
      throw json.wrong("at most %d merges".formatted(MAX_MERGES));
    }
    String left;
    String right;
    if (json.atText()) {
      String line = json.text();
      int space = line.indexOf(' ');
      if (line.startsWith("#version") && model.merges.isEmpty()) {
        return;
      }
      if (space < 0 || line.indexOf(' ', space + 1) >= 0) {
        throw json.wrong("a merge before this: two tokens with one space between");
      }
      left = line.substring(0, space);
      right = line.substring(space + 1);
    } else {
      String[] parts = {"", ""};
      int[] seen = {0};
      json.array(
          () -> {
            if (seen[0] >= 2) {
              throw json.wrong("a merge of two tokens");
            }
            parts[seen[0]++] = json.text();
          });
      left = parts[0];
      right = parts[1];
    }
    model.merges.add(new Merge(WellFormed.text(left), WellFormed.text(right)));
  }
}
