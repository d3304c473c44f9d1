package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a plan was made from besides its words: a start is warm, something changes, and the next
/// one knows. Each script runs as root in a mount namespace of its own; its `start` is typed by an
/// ordinary user.
@Timeout(120)
final class WarmStartInputsIT {

  private static final HostUser USER = HostUser.SINGLE;

  private static final String FUNCTIONS =
      """
      skiff=$1 image=$2 uid=$3 gid=$4 home=$5
      start() { # words; its output, with what Skiff says of how it went
        setpriv --reuid $uid --regid $gid --init-groups env "HOME=$home" "$skiff" exec "$@" 2>&1
      }
      kept() { # is warm before anything has changed
        start "$@" >first
        for i in $(seq 100); do
          sleep 0.1
          start "$@" >second
          grep -aq '^start: warm' second && break
        done
        grep -ao '^start: warm' second
      }
      said() { # the last start
        sed -e 's/ is -2 now.*//' -e 's/^\\(start: warm\\).*/\\1/' -e "s|$PWD|DIR|g"
      }
      """;

  private Path directory = Path.of("/");
  private Path image = Path.of("/");

  @BeforeEach
  void copyTheImage() throws IOException {
    directory = directoryOf(USER.orSkip());
    image = WarmImage.inOrSkip(directory);
  }

  private Outcome script(String text) {
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    command.addAll(List.of(FUNCTIONS + text, "sh"));
    command.addAll(List.of(InstalledSkiff.command().toString(), image.toString()));
    command.addAll(USER.ids());
    Map<String, String> variables =
        Map.of("TMPDIR", directory.toString(), "SKIFF_EXPLAIN_START", "1");
    return as(HostUser.ROOT, directory, variables, "", command).ends(0);
  }

  /// A start is said to be warm before its calls are made.
  @Test
  void withoutTheDeviceAnImageIsUnpacked() {
    script(
            """
            kept "$image" true
            mkdir -p dev/shm dev/pts && cp -a /dev/null /dev/zero /dev/urandom /dev/tty dev
            ln -s /proc/self/fd dev/fd && mount --rbind dev /dev
            start "$image" echo started | said
            """)
        .prints(
            """
            start: warm
            start: warm
            start: with Java, as /dev/fuse: No such file or directory
            started
            """);
  }

  /// A host without the device for FUSE, on which an image is unpacked once.
  private static final String NO_FUSE =
      """
      mkdir -p dev/shm dev/pts && cp -a /dev/null /dev/zero /dev/urandom /dev/tty dev
      ln -s /proc/self/fd dev/fd && cp -a /dev/fuse . && mount --rbind dev /dev
      tree=skiff-unpacked-$uid
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | ''",
        "rm -r $tree | start: with Java, as 'DIR/skiff-unpacked-1' is not the caller's alone",
        "mv $tree/*[!k] . | start: with Java, as tree",
        "rm $tree/*.lock | start: with Java, as 'DIR/skiff-unpacked-1/IMAGE' has gone",
        "cp -a fuse /dev/fuse | start: with Java, as images can be mounted now",
        "touch image.sif | start: with Java, as 'DIR/image.sif' has changed since the plan was kept",
      })
  void anUnpackedImageIsLookedAt(String change, String said) {
    assertThat(
            script(
                    NO_FUSE
                        + """
                        kept "$image" true
                        CHANGE
                        start "$image" echo started | said | sed '/^start: warm/d
                          s/unpacked-[0-9]*/unpacked-1/g; s|unpacked-1/[-0-9a-f]*|unpacked-1/IMAGE|; s|as tree(.*|as tree|'
                        """
                            .replace("CHANGE", change))
                .out())
        .isEqualTo("start: warm\n" + said + (said.isEmpty() ? "" : "\n") + "started\n");
  }

  @Test
  void anUnpackedImageThatIsUsedIsNotForgotten() {
    script(
            NO_FUSE
                + """
                kept "$image" true
                touch -d 2001-01-01 $tree/*.lock
                start "$image" true | said
                find $tree -name '*.lock' -mmin -5 | wc -l
                chown 0 $tree
                start "$image" true | said | sed -n 's/-unpacked.* alone/-unpacked/p; s/.*belongs/it belongs/p'
                """)
        .prints(
            """
            start: warm
            start: warm
            1
            start: with Java, as 'DIR/skiff-unpacked
            it belongs to somebody else
            """);
  }

  @Test
  void namespacesThatAreForbiddenAreMissed() {
    Outcome outcome =
        script(
            """
            unshare -U sleep 100 & holder=$!
            until ! [ /proc/$holder/ns/user -ef /proc/self/ns/user ]; do sleep 0.1; done
            echo '0 0 65536' >/proc/$holder/uid_map && echo '0 0 65536' >/proc/$holder/gid_map
            inner() { # with limits of their own
              nsenter -U -t $holder -S 0 -G 0 "$@"
            }
            try() {
              inner setpriv --reuid $uid --regid $gid --clear-groups \\
                env "HOME=$home" "$skiff" exec "$image" true 2>&1
            }
            for i in $(seq 100); do try >out; grep -q warm out && break; sleep 0.1; done
            said <out
            inner sh -c 'echo 0 >/proc/sys/user/max_user_namespaces'
            try | said
            kill $holder
            """);
    assertThat(outcome.out())
        .startsWith(
            "start: warm\nstart: with Java, as namespaces are refused: No space left on device\n")
        .contains("forbidden: /proc/sys/user/max_user_namespaces is 0");
  }

  @Test
  void anotherUsersStartIsNobodyElses() {
    HostUser.RANGE.orSkip();
    String uid = HostUser.RANGE.ids().get(0);
    script(
            """
            chmod 1777 .
            kept "$image" id -u
            cp -a skiff-starts-$uid skiff-starts-OTHER && chown -R OTHER skiff-starts-OTHER
            uid=OTHER gid=OTHER
            start "$image" id -u | said
            """
                .replace("OTHER", uid))
        .prints(
            """
            start: warm
            start: with Java, as no plan is kept for these words, variables and directory
            %s
            """
                .formatted(uid));
  }

  @ParameterizedTest
  @CsvSource({"SKIFF_CACHEDIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "SHELL", "APPTAINERENV_X"})
  void aVariableThatCountsIsCompared(String name) {
    script(
            """
            export NAME=/var/tmp/one
            kept "$image" true
            export NAME=/var/tmp/other
            start "$image" true | said
            """
                .replace("NAME", name))
        .prints(
            """
            start: warm
            start: with Java, as no plan is kept for these words, variables and directory
            """);
  }

  @Test
  void oneStepOfSlurmsIsLikeTheNext() {
    script(
            """
            export PMIX_SERVER_TMPDIR=/opt/spool/pmix.1.0/ SLURM_JOB_ID=1
            kept "$image" true
            export PMIX_SERVER_TMPDIR=/opt/spool/pmix.2.0/ SLURM_JOB_ID=2
            start "$image" sh -c 'echo $PMIX_SERVER_TMPDIR' | said
            export PMIX_SERVER_TMPDIR=/opt/other/pmix.2.0/
            start "$image" true | said
            """)
        .prints(
            """
            start: warm
            start: warm
            /opt/spool/pmix.2.0/
            start: with Java, as no plan is kept for these words, variables and directory
            """);
  }

  @Test
  void settingsAreLookedAt() {
    script(
            """
            export XDG_CONFIG_HOME=$PWD/config
            kept "$image" true
            mkdir -p config/skiff && echo 'compression: zstd' >config/skiff/skiff.yaml
            start "$image" true | said
            """)
        .prints(
            """
            start: warm
            start: with Java, as 'DIR/config/skiff/skiff.yaml' has changed since the plan was kept
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/hosts", "/etc/localtime"})
  void filesThatAreBoundAreThoseOfNow(String file) {
    assumeTrue(Files.exists(Path.of(file)), "there is no " + file);
    script(
            """
            kept "$image" cat FILE
            cp -p FILE copy && echo another >copy && mount --bind copy FILE
            start "$image" cat FILE | said
            """
                .replace("FILE", file))
        .prints("start: warm\nstart: warm\nanother\n");
  }

  @Test
  void aFileThatIsBoundAndGoneIsMissed() {
    Outcome outcome =
        script(
            """
            mkdir etc && cp -a /etc/. etc && mount --bind etc /etc
            kept "$image" true
            rm etc/hosts
            start "$image" echo started | said
            """);
    assertThat(outcome.out())
        .startsWith("start: warm\nstart: warm\nstart: with Java, as tree(/etc/hosts)");
    assertThat(outcome.out()).endsWith("started\n");
  }

  /// Of a file of variables the text counts, and what it makes of the caller's variables.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo 'A=two$OTHER' >f.env | DIR/f.env | two1",
        "touch -r f.env same; printf A=one\\$OTHEr >f.env; touch -r same f.env | DIR/f.env | one",
        "OTHER=2 | OTHER | one2",
        "THIRD=3 | THIRD | one1",
        "rm f.env; mkfifo f.env; echo A=pipe >f.env & | DIR/f.env | pipe",
        "mv f.env g; rm -f f.env | DIR/f.env | error: could not read environment file \"f.env\"",
      })
  void whatAFileOfVariablesSaysIsLookedAt(String change, String path, String result) {
    Outcome outcome =
        script(
            """
            echo 'A=one$OTHER' >f.env && echo 'B=${THIRD:-$OTHER}' >>f.env
            export OTHER=1 THIRD=
            kept --env-file f.env "$image" sh -c 'echo $A'
            CHANGE
            start --env-file f.env "$image" sh -c 'echo $A' | said
            """
                .replace("CHANGE", change));
    assertThat(outcome.out())
        .startsWith(
            "start: warm\nstart: with Java, as '%s' has changed since the plan was kept\n%s\n"
                .formatted(path, result));
  }

  @Test
  void otherVariablesThanAFileNamesMayDiffer() {
    script(
            """
            echo 'A=${HELLO}' >f.env
            export HELLO=1 MORE=1 SKIFF_ENV_FILE=f.env
            kept "$image" sh -c 'echo $A'
            MORE=2
            start "$image" sh -c 'echo $A $MORE' | said
            """)
        .prints("start: warm\nstart: warm\n1 2\n");
  }

  @Test
  void variablesFromWhatCannotBeReadTwiceAreNotKept() {
    script(
            """
            start "$image" true | said >first
            try() { start --env-file $1 "$image" sh -c 'echo $A' | said; }
            mkfifo f.env
            echo A=1 >f.env & try f.env; sleep 1
            echo A=2 >f.env & try f.env
            printf 'A=1 #\\377\\n' >bytes
            try bytes; sleep 1; try bytes
            """)
        .prints(
            """
            NONE
            1
            NONE
            2
            NONE
            1
            NONE
            1
            """
                .replace(
                    "NONE",
                    "start: with Java, as no plan is kept for these words, variables and directory"));
  }

  /// A host with a GPU, as far as a search for its driver can see, and a start that is kept.
  private static final String GPU_HOST =
      """
      lib=$PWD/driver/usr/local/nvidia/lib64 icd=driver/etc/vulkan/icd.d
      mkdir -p dev/shm dev/pts etc module/nvidia proc/nvidia/gpus $lib driver/usr/bin
      cp -a /dev/null /dev/zero /dev/urandom /dev/tty /dev/fuse dev && ln -s /proc/self/fd dev/fd
      touch dev/nvidia0 dev/nvidiactl dev/kfd
      cp -a /etc/. etc && mkdir -p etc/skiff && echo 535.1 >module/nvidia/version
      for name in libcuda.so.535.1 libcuda.so.550.2; do head -c 64 /proc/self/exe >$lib/$name; done
      ln -s libcuda.so.535.1 $lib/libcuda.so.1 && cp /bin/true driver/usr/bin/nvidia-smi
      mount --rbind dev /dev && mount --bind etc /etc
      mount --bind module /sys/module && mount --bind proc /proc/driver
      export SKIFF_NVIDIA_DRIVER_ROOT=$PWD/driver CUDA_MPS_PIPE_DIRECTORY=/var/tmp/none
      export CUDA_VISIBLE_DEVICES=0 NVIDIA_VISIBLE_DEVICES=0 SLURM_STEP_GPUS=0 SLURM_JOB_GPUS=0
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nv | touch /dev/nvidia1 | /dev",
        "--nv | echo 550.2 >/sys/module/nvidia/version | /sys/module/nvidia/version",
        "--nv | ln -sfn libcuda.so.550.2 $lib/libcuda.so.1 | LIB/libcuda.so.1",
        "--nv | echo text >$lib/libcuda.so.550.2 | LIB/libcuda.so.550.2",
        "--nv | cp $lib/libcuda.so.1 $lib/libnvidia-ml.so.1 | LIB",
        "--nv=require | chmod 644 driver/usr/bin/nvidia-smi | DIR/driver/usr/bin/nvidia-smi",
        "--nv | mkdir driver/etc; echo >driver/etc/ld.so.cache | DIR/driver/etc/ld.so.cache",
        "--nv | mkdir -p $icd; echo >$icd/nvidia_icd.json | DIR/driver/etc/vulkan/icd.d/nvidia_icd.json",
        "--nv | echo libextra.so >/etc/skiff/nvliblist.conf | /etc/skiff/nvliblist.conf",
        "--nv | CUDA_MPS_PIPE_DIRECTORY=/var/tmp | CUDA_MPS_PIPE_DIRECTORY",
        "--nv -c | CUDA_VISIBLE_DEVICES=1 | CUDA_VISIBLE_DEVICES",
        "--nv -c | NVIDIA_VISIBLE_DEVICES=all | NVIDIA_VISIBLE_DEVICES",
        "--nv -c | SLURM_STEP_GPUS=1 | SLURM_STEP_GPUS",
        "--nv -c | SLURM_JOB_GPUS=1 | SLURM_JOB_GPUS",
        "--nv -c | mkdir /proc/driver/nvidia/gpus/0000:07:00.0 | /proc/driver/nvidia/gpus",
        "--rocm | rm /dev/kfd | /dev/kfd",
        "--rocm | echo libextra.so >/etc/skiff/rocmliblist.conf | /etc/skiff/rocmliblist.conf",
        "--rocm | cp /bin/true /usr/local/bin/rocm-smi | /usr/local/bin/rocm-smi",
      })
  void whatASearchForADriverSawIsLookedAt(String words, String change, String path) {
    Outcome outcome =
        script(
            GPU_HOST
                + """
                mkdir local && mount --bind local /usr/local/bin
                kept WORDS "$image" true
                CHANGE
                start WORDS "$image" echo started | said
                """
                    .replace("WORDS", words)
                    .replace("CHANGE", change));
    String where = path.replace("LIB", "DIR/driver/usr/local/nvidia/lib64");
    assertThat(outcome.out())
        .startsWith(
            "start: warm\nstart: with Java, as '%s' has changed since the plan was kept\n"
                .formatted(where))
        .endsWith("started\n");
  }

  @Test
  void aStartWithAGpuIsForWhicheverGpuTheJobHas() {
    String look = "sh -c 'echo $CUDA_VISIBLE_DEVICES; ls /dev/nvidia* /.singularity.d/libs'";
    String shown =
        """
        /dev/nvidia0
        /dev/nvidiactl

        /.singularity.d/libs:
        libcuda.so.1
        libcuda.so.535.1
        libcuda.so.550.2
        """;
    script(
            GPU_HOST
                + """
                kept --nv "$image" LOOK
                CUDA_VISIBLE_DEVICES=3 SLURM_STEP_GPUS=3
                start --nv "$image" LOOK | said
                kept --nv -c "$image" LOOK
                start --nv -c "$image" LOOK | said
                """
                    .replace("LOOK", look))
        .prints(
            "start: warm\nstart: warm\n3\n%sstart: warm\nstart: warm\n3\n%s"
                .formatted(shown, shown));
  }
}
