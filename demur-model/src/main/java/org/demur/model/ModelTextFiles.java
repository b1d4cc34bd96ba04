package org.demur.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.tensor.gguf.GgufFile;
import org.demur.text.template.ChatTemplate;
import org.demur.text.template.TemplateException;
import org.demur.text.tokenizer.Tokenizer;

/// What the files of a model say about text: its tokenizer, chat template and special tokens.
///
/// Weights are not looked at, so a GGUF file that holds only a vocabulary is enough. Nothing native
/// is held.
public abstract sealed class ModelTextFiles permits FolderText, GgufText {
  private final Path path;

  ModelTextFiles(Path path) {
    this.path = path;
  }

  /// Opens a Hugging Face folder or a GGUF file.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when there is neither
  /// @throws org.demur.core.DemurException when a file is malformed
  public static ModelTextFiles open(Path path) {
    if (Files.isDirectory(path)) {
      return new FolderText(path);
    }
    if (!Files.exists(path)) {
      throw new ModelException(ErrorCode.NOT_FOUND, path + " does not exist");
    }
    try (GgufFile file = GgufFile.open(path)) {
      return new GgufText(path, file.metadata());
    }
  }

  /// The folder or file.
  public Path path() {
    return path;
  }

  /// Whether there is a tokenizer; test models may have none.
  public abstract boolean hasTokenizer();

  /// Loads the tokenizer, which the caller closes.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when there is none
  /// @throws org.demur.text.tokenizer.TokenizerException when it is malformed
  public abstract Tokenizer tokenizer();

  /// The source of the chat template; of several, the one for tools when `withTools`, else the
  /// default one.
  public abstract Optional<String> chatTemplateSource(boolean withTools);

  /// Names that templates know special tokens by, such as `bos_token`, and their text.
  public abstract Map<String, String> specialTokens();

  /// Parses the chat template, see [#chatTemplateSource].
  ///
  /// @throws TemplateException when it is malformed
  public Optional<ChatTemplate> chatTemplate(boolean withTools) {
    return chatTemplateSource(withTools)
        .map(source -> ChatTemplate.parse(source, "the chat template of " + path));
  }
}
