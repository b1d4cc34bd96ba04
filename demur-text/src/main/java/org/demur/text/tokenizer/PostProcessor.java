package org.demur.text.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the `post_processor` of a tokenizer.json would put around a text.
///
/// It is not run, because encoding adds no tokens; it only tells which tokens begin and end texts.
///
/// @param first the text of the token before a text, if there is one
/// @param last the text of the token after it, if there is one
record PostProcessor(Optional<String> first, Optional<String> last) {
  private static final PostProcessor NONE = new PostProcessor(Optional.empty(), Optional.empty());

  /// Reads a post-processor; what is not known adds nothing.
  static PostProcessor of(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> processor)) {
      return NONE;
    }
    return switch (String.valueOf(processor.get("type"))) {
      case "TemplateProcessing" -> template(processor.get("single"));
      case "BertProcessing", "RobertaProcessing" ->
          new PostProcessor(name(processor.get("cls")), name(processor.get("sep")));
      case "Sequence" -> sequence(processor.get("processors"));
      default -> NONE;
    };
  }

  private static PostProcessor sequence(@Nullable Object value) {
    if (value instanceof List<?> processors) {
      for (Object element : processors) {
        PostProcessor processor = of(element);
        if (!processor.equals(NONE)) {
          return processor;
        }
      }
    }
    return NONE;
  }

  private static PostProcessor template(@Nullable Object value) {
    if (!(value instanceof List<?> pieces) || pieces.isEmpty()) {
      return NONE;
    }
    return new PostProcessor(special(pieces.getFirst()), special(pieces.getLast()));
  }

  private static Optional<String> special(@Nullable Object piece) {
    return piece instanceof Map<?, ?> map
            && map.get("SpecialToken") instanceof Map<?, ?> token
            && token.get("id") instanceof String id
        ? Optional.of(id)
        : Optional.empty();
  }

  private static Optional<String> name(@Nullable Object pair) {
    return pair instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof String name
        ? Optional.of(name)
        : Optional.empty();
  }
}
