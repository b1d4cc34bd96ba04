package org.demur.audit;

import java.util.Optional;
import java.util.Set;
import org.demur.directions.ModelFingerprint;
import org.demur.model.LanguageModel;
import org.demur.model.PromptEncoder;
import org.demur.report.Provenance;
import org.demur.text.tokenizer.Tokenizer;

/// The model that is audited.
///
/// @param model the model, with its adapters on
/// @param tokenizer its tokenizer
/// @param encoder turns questions into prompts with the model's chat template
/// @param endOfSequence tokens with which it ends a reply
/// @param fingerprint hashes of model, adapters and template
/// @param artefact how reports name the model
/// @param adapter how reports name the adapter
/// @param environment dtype, device, threads, versions
/// @param certificate id of the model's parity certificate, if there is one
public record AuditedModel(
    LanguageModel model,
    Tokenizer tokenizer,
    PromptEncoder encoder,
    Set<Integer> endOfSequence,
    ModelFingerprint fingerprint,
    Provenance.Artefact artefact,
    Optional<Provenance.Artefact> adapter,
    Provenance.Environment environment,
    Optional<String> certificate) {}
