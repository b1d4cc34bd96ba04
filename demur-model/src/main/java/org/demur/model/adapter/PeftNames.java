package org.demur.model.adapter;

/// Names in a PEFT folder.
final class PeftNames {
  static final String CONFIGURATION = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  /// Before the name of a module.
  static final String PREFIX = "base_model.model.";

  /// Behind the name of a module: its factor `[rank, in]`.
  static final String A = ".lora_A.weight";

  /// Behind the name of a module: its factor `[out, rank]`.
  static final String B = ".lora_B.weight";

  private PeftNames() {}
}
