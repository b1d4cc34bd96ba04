package org.demur.core;

/// Stable name of an error, so that failures can be counted and mapped.
///
/// The command line maps a code to its [exit code][#exitCode]; a server maps it to an HTTP status.
public enum ErrorCode {
  /// A check ran and failed: parity, self-check, an intervention that touched no token.
  CHECK_FAILED(1),
  /// An intervention was declared and touched no token.
  INTERVENTION_UNUSED(1),
  /// The command or an argument is wrong.
  USAGE(2),
  /// A file is malformed: header, offsets, counts, sizes.
  FILE_FORMAT(3),
  /// A JSON document is malformed or has a field that is not accepted.
  JSON_FORMAT(3),
  /// `config.json` (or GGUF metadata) names something unknown or contradicts itself.
  MODEL_CONFIG(3),
  /// The weights are missing, misshapen, unexpected, or not finite.
  MODEL_WEIGHTS(3),
  /// A PEFT adapter is malformed or belongs to another model.
  ADAPTER(3),
  /// The prompt does not fit into the context of the model.
  CONTEXT_LENGTH(3),
  /// A tokenizer is malformed or does not fit the model.
  TOKENIZER(3),
  /// What was asked for needs more memory than the machine has left.
  MEMORY(3),
  /// The data of a training lacks a side, or has prompts that are measured with.
  TRAINING_DATA(3),
  /// A folder or a checkpoint is of a run with another configuration.
  RUN_MISMATCH(3),
  /// A chat template cannot be parsed or fails while it renders.
  TEMPLATE(3),
  /// A chat template called `raise_exception`; the message is the template's own.
  TEMPLATE_RAISED(3),
  /// A chat template exceeded its bound on steps, output, nesting or size.
  TEMPLATE_LIMIT(3),
  /// A tensor operation got shapes or values that it cannot take.
  TENSOR_SHAPE(3),
  /// The native library reported an error that has no better name.
  TENSOR_NATIVE(3),
  /// A plan of interventions is malformed or names sites that the model does not have.
  PLAN(3),
  /// A file could not be read or written.
  IO(3),
  /// A download did not match its hash or size.
  DOWNLOAD_CORRUPT(3),
  /// The workers of a training cannot find each other or do not fit together, or the training
  /// cannot be shared.
  WORKERS(3),
  /// A model, file or revision does not exist.
  NOT_FOUND(4),
  /// A model source could not be reached, or refused the credentials.
  UNREACHABLE(4),
  /// Another worker of a training ended or stopped answering.
  WORKER_LOST(5);

  private final int exitCode;

  ErrorCode(int exitCode) {
    this.exitCode = exitCode;
  }

  /// The exit code of the command line: 1 check failed, 2 usage, 3 bad input, 4 not found, 5 a
  /// worker was lost.
  public int exitCode() {
    return exitCode;
  }
}
