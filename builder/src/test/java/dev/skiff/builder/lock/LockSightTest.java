package dev.skiff.builder.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockSightTest {

  private static final String ROOT = "21 1 252:0 / / rw,relatime shared:1 - ext4 /dev/vda rw";

  private static boolean reachesAll(String mounted, String file) {
    String home = "50 21 0:40 / /home/a\\040b rw shared:2 master:1 - " + mounted;
    return LockSight.reachesAllMachines(List.of(ROOT, home), Path.of(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nfs4 server:/home rw,vers=4.2,local_lock=none,addr=10.0.0.1 | true",
        "nfs server:/home rw,vers=3,local_lock=none,addr=10.0.0.1 | true",
        "nfs server:/home rw,vers=3,nolock,local_lock=all,addr=10.0.0.1 | false",
        "nfs server:/home rw,vers=3,local_lock=flock,addr=10.0.0.1 | false",
        "lustre 10.0.0.1@o2ib:/fs rw,flock,lazystatfs | true",
        "lustre 10.0.0.1@o2ib:/fs rw,localflock,lazystatfs | false",
        "lustre 10.0.0.1@o2ib:/fs rw,lazystatfs | false",
        "fuse.sshfs server:/home rw,user_id=1000,group_id=1000 | false",
        "beegfs beegfs_nodev rw,cfgFile=/etc/beegfs/beegfs-client.conf | false",
        "xfs /dev/sdb1 rw,attr2 | true"
      })
  void theKindOfFileSystemAndItsOptionsTell(String mounted, boolean all) {
    assertThat(reachesAll(mounted, "/home/a b/.cache/skiff/locks/x")).isEqualTo(all);
  }

  @Test
  void theMountThatLiesOverAFileCounts() {
    assertThat(reachesAll("fuse.sshfs server:/home rw", "/home/alice/x")).isTrue();
    assertThat(reachesAll("fuse.sshfs server:/home rw", "/home/a b")).isFalse();
    assertThat(LockSight.reachesAllMachines(List.of("nonsense"), Path.of("/"))).isFalse();
  }
}
