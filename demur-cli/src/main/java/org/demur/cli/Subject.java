package org.demur.cli;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.directions.ModelFingerprint;
import org.demur.model.ModelTextFiles;
import org.demur.model.PromptEncoder;
import org.demur.model.Speaker;
import org.demur.text.tokenizer.Tokenizer;

/// A loaded model with its tokenizer and chat template, for commands that read its hidden states.
///
/// @param loaded the model
/// @param tokenizer its tokenizer
/// @param encoder turns questions into prompts
/// @param fingerprint hashes of model, adapters and template
record Subject(
    LoadedModel loaded, Tokenizer tokenizer, PromptEncoder encoder, ModelFingerprint fingerprint)
    implements AutoCloseable {
  /// Loads a model.
  ///
  /// @param plain whether prompts are given without a chat template
  /// @throws CliException with [ErrorCode#USAGE] when the model has no chat template and `plain` is
  ///   not given
  static Subject load(ModelOptions options, Context context, boolean plain) {
    return of(options.load(context), plain);
  }

  /// The same for a model that is loaded already, and that is closed with this.
  static Subject of(LoadedModel loaded, boolean plain) {
    try {
      ModelTextFiles text = ModelTextFiles.open(loaded.location().path());
      Tokenizer tokenizer = text.tokenizer();
      LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
      PromptEncoder encoder = new PromptEncoder(text, tokenizer, false, now);
      if (!plain && !encoder.hasTemplate()) {
        tokenizer.close();
        throw new CliException(
            ErrorCode.NOT_FOUND,
            loaded.location().name()
                + " has no chat template, so it is probably a base model; --plain gives it the bare"
                + " prompts");
      }
      Optional<String> template =
          plain ? Optional.empty() : text.chatTemplateSource(false).map(Hashes::ofText);
      return new Subject(loaded, tokenizer, encoder, fingerprint(loaded, template));
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /// The model with what turns texts into its prompts and replies.
  Speaker speaker() {
    return new Speaker(loaded.model(), tokenizer, encoder, loaded.endOfSequence());
  }

  private static ModelFingerprint fingerprint(LoadedModel loaded, Optional<String> template) {
    return new ModelFingerprint(
        loaded.hash(),
        loaded.adapterHash(),
        template,
        loaded.model().architecture().dimensions().dModel(),
        loaded.model().architecture().dimensions().nLayers());
  }

  @Override
  public void close() {
    tokenizer.close();
    loaded.close();
  }
}
