package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

/// What a command left behind.
///
/// @param status 0 to 255
record Outcome(String command, int status, String out, String err) {

  Outcome ends(int expected) {
    assertThat(status).as("status of%n%s%nout: %s%nerr: %s", command, out, err).isEqualTo(expected);
    return this;
  }

  Outcome prints(String expected) {
    assertThat(out).as("output of%n%s%nerr: %s", command, err).isEqualTo(expected);
    return this;
  }

  Outcome printsAmongOthers(String expected) {
    assertThat(out).as("output of%n%s%nerr: %s", command, err).contains(expected);
    return this;
  }

  Outcome complains(String expected) {
    assertThat(err).as("errors of%n%s%nout: %s", command, out).contains(expected);
    assertThat(err)
        .as("errors of%n%s", command)
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
    return this;
  }
}
