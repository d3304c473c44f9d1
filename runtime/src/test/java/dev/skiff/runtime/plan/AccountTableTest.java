package dev.skiff.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AccountTableTest {

  @Test
  void aLineOfTheSameNameGivesWayAndOthersStay() {
    assertThat(
            AccountTable.amend(
                "root:x:0:0:root:/root:/bin/sh\nalice:x:5:5::/:/bin/false\nbin:x:1:1::/:",
                List.of("alice:x:1000:1000::/home/alice:/bin/bash")))
        .isEqualTo(
            "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/bash\nbin:x:1:1::/:\n");
  }

  @Test
  void newNamesComeLastInTheirOrder() {
    assertThat(AccountTable.amend("", List.of("b:x:2:", "a:x:1:"))).isEqualTo("b:x:2:\na:x:1:\n");
  }

  @Test
  void aNameThatStandsTwiceIsReplacedOnce() {
    assertThat(AccountTable.amend("a:1\na:2\n", List.of("a:3"))).isEqualTo("a:3\na:2\n");
  }
}
