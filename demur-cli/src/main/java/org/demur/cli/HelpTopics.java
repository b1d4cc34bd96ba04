package org.demur.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Help texts that belong to no single command.
final class HelpTopics {
  /// The names of the topics, for help texts.
  static final String NAMES = "models, exit-codes, environment";

  /// Text by topic, in the order of [#NAMES].
  static final Map<String, String> ALL = all();

  private HelpTopics() {}

  private static Map<String, String> all() {
    Map<String, String> topics = new LinkedHashMap<>();
    topics.put("models", MODELS);
    topics.put("exit-codes", EXIT_CODES);
    topics.put("environment", ENVIRONMENT);
    return Collections.unmodifiableMap(topics);
  }

  private static final String EXIT_CODES =
      """
      Exit codes

        0    fine
        1    a check ran and failed: verify found a difference, an edit touched no token
        2    wrong usage: unknown command or option, missing or contradicting arguments
        3    bad input: a file that is malformed, truncated or does not fit the model; a chat
             template that fails; a prompt longer than the context; a file that cannot be
             read or written; workers that do not find each other or do not fit together;
             more memory needed than there is
        4    not found or not reachable: a model, file or revision that does not exist, a
             source that cannot be reached or refuses the credentials; for ./demur itself,
             no JDK 25 or no Maven
        5    another worker of a shared training ended or stopped answering; worker 0 keeps a
             checkpoint, and --resume goes on from it
        70   Demur failed unexpectedly, or could not be built; --debug shows the trace
        130  interrupted with Ctrl-C

      A failure is one sentence on standard error that starts with "error:". With --json it is
      also the one document on standard output: {"error": {"code": "...", "message": "..."}}.
      A check that ran and failed (1) prints its normal document.
      """;

  private static final String MODELS =
      """
      Models

      Wherever a command takes MODEL, it takes one of

        smollm2, gemma3-270m     a registered name; `demur model list` shows them
        path/to/folder           a Hugging Face folder: config.json, *.safetensors,
                                 tokenizer.json and tokenizer_config.json
        path/to/file.gguf        a GGUF file; it holds the tokenizer and the template, too
        hf:org/name[@revision]   a repository of the Hugging Face hub

      Names and hub repositories are downloaded into the cache at first use and checked.
      `demur model pull MODEL` does only that. With --offline nothing but the cache is used.
      Licenses of models are their makers'; `demur inspect MODEL` shows what the files say.
      """;

  private static final String ENVIRONMENT =
      """
      Environment variables

        DEMUR_CACHE       folder for models, certificates and unpacked native libraries; else
                          demur below XDG_CACHE_HOME, else ~/.cache/demur; --cache names
                          another one for models and certificates
        DEMUR_DEBUG       1 shows the trace of a failure, as --debug does
        DEMUR_JAVA_OPTS   more flags for the Java virtual machine
        DEMUR_JDKS        a folder that holds JDKs, searched instead of the usual places
        HF_ENDPOINT       address of the Hugging Face hub or of a mirror
        HF_TOKEN          token for models that need one
        JAVA_HOME         a JDK 25
        NO_COLOR          any value: no colours
        OMP_NUM_THREADS   threads for tensor operations; ./demur sets one per core

      ./demur also sets OMP_WAIT_POLICY, GOMP_SPINCOUNT and OPENBLAS_NUM_THREADS unless they
      are set, so that waiting threads sleep and the two thread pools do not fight.
      """;
}
