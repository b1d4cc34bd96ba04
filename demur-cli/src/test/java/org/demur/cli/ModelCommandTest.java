package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCommandTest {
  @TempDir private Path home;

  @Test
  void theListNamesTheRegisteredModels() {
    CommandRun run = CommandRun.at(home).run("model", "list");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("NAME", "smollm2", "gemma3-270m", "not fetched");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theListAsJsonHoldsTheHashesThatArePinned() {
    Map<String, Object> document = CommandRun.at(home).run("model", "list", "--json").document();

    assertThat(document).containsOnlyKeys("registered", "cached");
    assertThat(document.get("cached")).isEqualTo(List.of());
    assertThat(String.valueOf(document.get("registered"))).contains("name=smollm2", "sha256=");
  }

  @Test
  void pullingAnUnknownNameOfflineIsNotFound() {
    CommandRun run = CommandRun.at(home).run("model", "pull", "smollm3000", "--offline");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("error: there is no model \"smollm3000\"", "smollm2");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void pullingARegisteredModelOfflineWithAnEmptyCacheIsNotFound() {
    CommandRun run = CommandRun.at(home).run("model", "pull", "smollm2", "--offline", "--json");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("--offline forbids the network");
    assertThat(String.valueOf(run.document().get("error"))).contains("NOT_FOUND");
  }

  @Test
  void theVariableForOfflineWorkOfOtherToolsCountsToo() {
    CommandRun run =
        CommandRun.at(home).variable("HF_HUB_OFFLINE", "1").run("model", "pull", "smollm2");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("--offline");
  }

  @Test
  void aHubThatCannotBeReachedIsNotReachable() {
    CommandRun run =
        CommandRun.at(home)
            .variable("HF_ENDPOINT", "http://127.0.0.1:1")
            .run("model", "pull", "hf:org/name");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("127.0.0.1:1");
  }

  @Test
  void anEndpointThatIsNoAddressIsWrongUsage() {
    CommandRun run =
        CommandRun.at(home).variable("HF_ENDPOINT", "hub of mine").run("model", "list");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("HF_ENDPOINT");
  }

  @Test
  void pullingAFolderThatIsNoModelIsBadInput() throws IOException {
    Path folder = Files.createDirectory(home.resolve("empty"));

    CommandRun run = CommandRun.at(home).run("model", "pull", folder.toString());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("config.json");
  }
}
