package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the doctor says of this very machine.
final class DoctorIT {

  @ParameterizedTest
  @EnumSource
  void eachUserIsToldWhichWayToBeRootApplies(HostUser user) {
    Outcome told = skiff(user.orSkip(), directoryOf(user), "doctor", "--no-network").ends(0);
    told.printsAmongOthers(
        switch (user) {
          case ROOT -> "good     ids for %post: all: you are root";
          case RANGE -> "good     ids for %post: a range of skiffsub's own";
          case SINGLE -> "limited  ids for %post: 'skiffnosub' has no range in /etc/subuid";
        });
    told.printsAmongOthers("\nstorage\n").printsAmongOthers("\nSkiff itself\n");
    told.printsAmongOthers("start-up cache of exec: in use");
    assertThat(told.out()).doesNotContain("\nnetwork\n");
  }

  @Test
  void aScriptReadsTheSame() {
    HostUser user = HostUser.SINGLE.orSkip();
    Outcome told = skiff(user, directoryOf(user), "doctor", "--no-network", "--json").ends(0);
    assertThat(told.out()).startsWith("{").contains("\"subject\" : \"user namespaces\"");
    assertThat(told.out()).contains("\"fix\" : \"ask an administrator to run: usermod ");
  }

  @Test
  void onlyRegistriesThatAreConfiguredAreAsked() throws IOException {
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    Path config =
        Files.writeString(
            directory.resolve("site.yaml"), "mirrors: {docker.io: ['http://127.0.0.1:9']}\n");
    Map<String, String> environment = Map.of("SKIFF_SITE_CONFIG", config.toString());
    skiff(user, directory, environment, "doctor")
        .ends(0)
        .printsAmongOthers("limited  http://127.0.0.1:9: does not answer");
    skiff(user, directory, "doctor")
        .ends(0)
        .printsAmongOthers("registries: none are configured, so none were asked");
  }

  @Test
  void theProfileForAppArmorNamesThisSkiff() {
    HostUser user = HostUser.SINGLE.orSkip();
    skiff(user, directoryOf(user), "doctor", "--apparmor-profile")
        .ends(0)
        .printsAmongOthers("profile skiff " + InstalledSkiff.command() + " flags=(unconfined) {")
        .printsAmongOthers("  userns,\n");
  }
}
