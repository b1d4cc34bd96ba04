package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.demur.model.source.SourceSettings;
import org.junit.jupiter.api.Test;

final class HubEnvironmentTest {
  @Test
  void withoutVariablesItIsThePublicHubWithoutTokenAndProxy() {
    HubEnvironment hub = hub(Map.of());

    assertThat(hub.endpoint()).isEqualTo(SourceSettings.PUBLIC_HUB);
    assertThat(hub.token()).isEmpty();
    assertThat(hub.proxy()).isEmpty();
    assertThat(hub.offline()).isFalse();
    assertThat(hub.caches()).containsExactly(Path.of("home/.cache/huggingface/hub"));
  }

  @Test
  void theEndpointLosesItsTrailingSlashes() {
    assertThat(hub(Map.of("HF_ENDPOINT", "https://mirror.example/hub//")).endpoint())
        .isEqualTo(URI.create("https://mirror.example/hub"));
  }

  @Test
  void theCacheOfOtherProgramsFollowsTheirVariables() {
    assertThat(hub(Map.of("HF_HOME", "hf")).caches()).containsExactly(Path.of("hf/hub"));
    assertThat(hub(Map.of("HF_HOME", "hf", "HF_HUB_CACHE", "elsewhere")).caches())
        .containsExactly(Path.of("elsewhere"));
    assertThat(hub(Map.of("XDG_CACHE_HOME", "x")).caches())
        .containsExactly(Path.of("x/huggingface/hub"));
  }

  @Test
  void theProxyIsThatOfTheEndpointsScheme() {
    Map<String, String> variables =
        Map.of(
            "https_proxy", "http://secure.example:1",
            "HTTP_PROXY", "plain.example:2",
            "HF_ENDPOINT", "http://mirror.example");

    assertThat(hub(variables).proxy()).contains(URI.create("http://plain.example:2"));
    assertThat(hub(Map.of("https_proxy", "http://secure.example:1")).proxy())
        .contains(URI.create("http://secure.example:1"));
  }

  @Test
  void aHostThatIsExemptFromTheProxyHasNone() {
    Map<String, String> variables =
        Map.of(
            "ALL_PROXY", "http://proxy.example:1",
            "NO_PROXY", "localhost, .example",
            "HF_ENDPOINT", "http://mirror.example");

    assertThat(hub(variables).proxy()).isEmpty();
  }

  @Test
  void anAddressThatIsNoneIsNamedByItsVariable() {
    assertThatThrownBy(() -> hub(Map.of("HTTPS_PROXY", "http://a b")).proxy())
        .isInstanceOf(CliException.class)
        .hasMessageContaining("HTTPS_PROXY");
  }

  private static HubEnvironment hub(Map<String, String> variables) {
    return new HubEnvironment(
        new Environment(variables, Environment.Terminals.NONE, Path.of("home"), "", ""));
  }
}
