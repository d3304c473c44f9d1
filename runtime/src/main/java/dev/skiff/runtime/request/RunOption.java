package dev.skiff.runtime.request;

import static dev.skiff.runtime.request.RunOption.Group.ENVIRONMENT;
import static dev.skiff.runtime.request.RunOption.Group.FILES;
import static dev.skiff.runtime.request.RunOption.Group.OUTPUT;
import static dev.skiff.runtime.request.RunOption.Group.PROCESS;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every option of `skiff exec`, `run`, `shell` and `test`, declared once: the parser reads this
/// table, and the command line's help and completion are made from it.
///
/// The parts of a row: group, short name or a blank, long names, label of the value or nothing for
/// a switch, the environment variables that stand for it (without `SKIFF_`, `APPTAINER_` or
/// `SINGULARITY_`), what it does.
public enum RunOption {
  BIND(
      FILES,
      "-B,--bind",
      "SRC[:DST[:ro|rw]],...",
      "BIND,BINDPATH",
      "show host paths inside; with image-src=PATH[,id=N] for ro, what lies in the image file SRC"),
  MOUNT(
      FILES,
      "--mount",
      "type=bind,src=SRC,dst=DST[,ro]",
      "MOUNT",
      "show a host path inside, in the long form"),
  HOME(FILES, "-H,--home", "SRC[:DST]", "HOME", "another home directory"),
  NO_HOME(FILES, "--no-home", "", "NO_HOME", "leave the home directory out"),
  NO_MOUNT(
      FILES,
      "--no-mount",
      "NAME,...",
      "NO_MOUNT",
      "leave default mounts out: proc, sys, dev, devpts, home, tmp, cwd, bind-paths, /etc/hosts,"
          + " /etc/localtime, /etc/resolv.conf"),
  CONTAIN(FILES, "-c,--contain", "", "CONTAIN", "a minimal /dev, empty /tmp, /var/tmp and home"),
  CONTAINALL(
      FILES, "-C,--containall", "", "CONTAINALL", "as --contain, and --pid, --ipc, --cleanenv"),
  COMPAT(
      FILES,
      "--compat",
      "",
      "COMPAT",
      "as --containall, and --writable-tmpfs, --no-init, --no-umask, --no-eval"),
  WORKDIR(
      FILES,
      "-W,--workdir",
      "DIR",
      "WORKDIR",
      "where /tmp, /var/tmp, home and scratch directories lie on the host"),
  SCRATCH(
      FILES,
      "-S,--scratch",
      "DST,...",
      "SCRATCH,SCRATCHDIR",
      "writable directories that are gone afterwards"),
  OVERLAY(
      FILES,
      "-o,--overlay",
      "PATH[:ro],...",
      "OVERLAY,OVERLAYIMAGE",
      "lay a directory, an ext3 or SquashFS image, or a SIF's overlay over the image; changes go"
          + " to the one without :ro"),
  WRITABLE(
      FILES,
      "-w,--writable",
      "",
      "WRITABLE",
      "write into the image: a sandbox directory, or a SIF file's own overlay"),
  WRITABLE_TMPFS(
      FILES,
      "--writable-tmpfs",
      "",
      "WRITABLE_TMPFS",
      "let the payload write; changes are gone afterwards"),
  TMPFS_SIZE(
      FILES,
      "--tmpfs-size",
      "SIZE",
      "TMPFS_SIZE",
      "the most that each file system in memory may hold, such as 512M or 4G (default: half the"
          + " memory)"),
  NV(
      FILES,
      "--nv",
      "",
      "NV",
      "bring the host's NVIDIA driver and GPUs; --nv=require starts nothing without them"),
  NO_NV(FILES, "--no-nv", "", "NV_OFF,NO_NV", "cancel --nv"),
  NVCCLI(
      FILES,
      "--nvccli",
      "",
      "NVCCLI",
      "as --nv, and nvidia-container-cli says what belongs to the driver"),
  ROCM(
      FILES,
      "--rocm",
      "",
      "ROCM",
      "bring the host's AMD driver and GPUs; --rocm=require starts nothing without them"),
  NO_ROCM(FILES, "--no-rocm", "", "ROCM_OFF,NO_ROCM", "cancel --rocm"),
  DEVICE(
      FILES,
      "--device",
      "VENDOR/CLASS=NAME,...",
      "DEVICE",
      "bring what CDI specifications say of these devices, such as nvidia.com/gpu=all"),
  CDI_DIRS(
      FILES,
      "--cdi-dirs",
      "DIR,...",
      "CDI_DIRS",
      "where CDI specifications lie, in place of /etc/cdi and /var/run/cdi"),
  DNS(FILES, "--dns", "IP,...", "DNS", "name servers in place of the host's"),
  ENV(ENVIRONMENT, "--env", "NAME=VALUE,...", "ENV", "set variables"),
  ENV_FILE(ENVIRONMENT, "--env-file", "FILE", "ENV_FILE", "set the variables in a file"),
  NO_ENV(ENVIRONMENT, "--no-env", "NAME,...", "NOENV", "do not pass these variables on"),
  CLEANENV(
      ENVIRONMENT,
      "-e,--cleanenv",
      "",
      "CLEANENV",
      "pass only TERM, proxies, and what a job is told by: SLURM_, PMI_, PMIX_, OMPI_, and the GPUs"),
  NO_EVAL(ENVIRONMENT, "--no-eval", "", "NO_EVAL", "take the values of variables as they stand"),
  EVAL(
      ENVIRONMENT,
      "--eval",
      "",
      "EVAL",
      "let the shell evaluate the arguments of an OCI image's program, as Apptainer does"),
  NO_UMASK(ENVIRONMENT, "--no-umask", "", "NO_UMASK", "umask 0022 inside, not the caller's"),
  PWD(PROCESS, "--pwd,--cwd", "DIR", "PWD,TARGET_PWD,CWD,TARGET_CWD", "the directory to start in"),
  APP(PROCESS, "--app", "NAME", "APP,APPNAME", "a SCIF application of the image"),
  SHELL(PROCESS, "-s,--shell", "PATH", "SHELL", "the program of `skiff shell`"),
  PID_FILE(PROCESS, "--pid-file", "FILE", "PID_FILE", "write the instance's process number there"),
  PID(PROCESS, "-p,--pid", "", "PID,UNSHARE_PID", "process numbers of its own"),
  NO_PID(PROCESS, "--no-pid", "", "NO_PID", "cancel --pid"),
  NO_INIT(
      PROCESS,
      "--no-init",
      "",
      "NOSHIMINIT",
      "accepted: the init of --pid is part of every container that has its own process numbers"),
  IPC(PROCESS, "-i,--ipc", "", "IPC,UNSHARE_IPC", "System V IPC and message queues of its own"),
  NET(PROCESS, "-n,--net", "", "NET,UNSHARE_NET", "an empty network of its own"),
  NETWORK(PROCESS, "--network", "none", "NETWORK", "the kind of network; none is there"),
  UTS(PROCESS, "--uts", "", "UTS,UNSHARE_UTS", "a host name of its own"),
  HOSTNAME(PROCESS, "--hostname", "NAME", "HOSTNAME", "the host name inside"),
  SHARE(
      PROCESS,
      "--share,--sharens",
      "",
      "SHARE,SHARENS",
      "share mounts and user namespace with the other ranks of this job step, or of the same parent"),
  FAKEROOT(PROCESS, "-f,--fakeroot", "", "FAKEROOT", "be root inside"),
  USERNS(
      PROCESS,
      "-u,--userns",
      "",
      "USERNS,UNSHARE_USERNS",
      "accepted: a user namespace is used wherever one is needed"),
  SECURITY(
      PROCESS,
      "--security",
      "KIND:VALUE,...",
      "SECURITY",
      "uid:N, gid:N[:N...], seccomp:FILE, apparmor:PROFILE, selinux:LABEL"),
  ADD_CAPS(
      PROCESS,
      "--add-caps",
      "CAP,...",
      "ADD_CAPS",
      "capabilities for the payload, without root in a user namespace that owns nothing else"),
  DROP_CAPS(PROCESS, "--drop-caps", "CAP,...", "DROP_CAPS", "take capabilities from the payload"),
  KEEP_PRIVS(PROCESS, "--keep-privs", "", "KEEP_PRIVS", "accepted from root, who keeps all anyway"),
  NO_PRIVS(PROCESS, "--no-privs", "", "NO_PRIVS", "no capabilities for the payload, as root too"),
  DRY_RUN(OUTPUT, "--dry-run", "", "", "print what would be done, and do nothing"),
  EXPLAIN_MOUNTS(
      OUTPUT,
      "--explain-mounts",
      "",
      "EXPLAIN_MOUNTS",
      "print each mount: source, destination, why, and what became of it"),
  NO_PLAN_CACHE(
      OUTPUT,
      "--no-plan-cache",
      "",
      "NO_PLAN_CACHE",
      "neither use nor keep the plan of an earlier start like this one"),
  NO_HTTPS(
      FILES,
      "--no-https,--nohttps",
      "",
      "NOHTTPS,NO_HTTPS",
      "speak plain http to the registry of the image"),
  AUTH_FILE(
      FILES, "--authfile", "FILE", "AUTH_FILE,AUTHFILE", "where passwords of registries are kept"),
  DOCKER_LOGIN(
      FILES,
      "--docker-login",
      "",
      "DOCKER_LOGIN",
      "ask for user name and password of the image's registry, for this time only"),
  DOCKER_HOST(
      FILES, "--docker-host", "ADDRESS", "DOCKER_HOST", "where the daemon of docker-daemon: is"),
  OFFLINE(FILES, "--offline", "", "OFFLINE", "ask no host for the image: take it from the cache"),
  QUIET(OUTPUT, "-q,--quiet", "", "QUIET", "print problems and warnings only"),
  SILENT(OUTPUT, "--silent", "", "SILENT", "print problems only"),
  VERBOSE(OUTPUT, "-v,--verbose", "", "VERBOSE", "print more"),
  DEBUG(OUTPUT, "-d,--debug", "", "DEBUG", "print everything"),
  APPTAINER_EXIT_CODES(
      OUTPUT,
      "--apptainer-exit-codes",
      "",
      "APPTAINER_EXIT_CODES",
      "end with 255 in place of 125, 126 and 127, and with 1 where the words are wrong"),
  NOCOLOR(OUTPUT, "--nocolor", "", "NOCOLOR", "accepted: nothing is printed in colour");

  private static final RunOption[] ALL = values();

  private final Group group;
  private final String names;
  private final String label;
  private final String keys;
  private final String description;

  RunOption(Group group, String names, String label, String keys, String description) {
    this.group = group;
    this.names = names;
    this.label = label;
    this.keys = keys;
    this.description = description;
  }

  /// The option of a name as typed, `--bind` or `-B`, or null.
  static @Nullable RunOption of(String spelling) {
    for (RunOption option : ALL) {
      if (Words.place(option.names, spelling) >= 0) {
        return option;
      }
    }
    return null;
  }

  /// Under which heading of the help it stands.
  public Group group() {
    return group;
  }

  /// Its names as typed, dashes included, the short one first.
  public List<String> names() {
    return List.of(Words.split(names, ','));
  }

  /// Its first long name as typed: `--bind`.
  public String spelling() {
    int start = names.indexOf("--");
    int comma = names.indexOf(',', start);
    return names.substring(start, comma < 0 ? names.length() : comma);
  }

  /// What stands for its value in the help; empty for a switch.
  public String label() {
    return label;
  }

  /// Whether a value follows, in the same word or the next.
  public boolean takesValue() {
    return !label.isEmpty();
  }

  /// Whether it is a switch that may also be set to `require`.
  boolean hasNeed() {
    return this == NV || this == ROCM;
  }

  /// Whether a second one adds to the first; otherwise the last one counts.
  public boolean repeatable() {
    return switch (this) {
      case BIND,
          MOUNT,
          NO_MOUNT,
          SCRATCH,
          OVERLAY,
          DNS,
          ENV,
          ENV_FILE,
          NO_ENV,
          DEVICE,
          CDI_DIRS,
          SECURITY,
          ADD_CAPS,
          DROP_CAPS ->
          true;
      default -> false;
    };
  }

  /// The variables that stand for it, without their prefix.
  public List<String> environmentKeys() {
    return List.of(Words.split(keys, ','));
  }

  /// Which of its variables this is, without its prefix: 0 for the first; -1 for none.
  int placeOfKey(String key) {
    return Words.place(keys, key);
  }

  /// What it does, in one line.
  public String description() {
    return description;
  }

  /// Whether this verb has it.
  public boolean belongsTo(Verb verb) {
    return switch (this) {
      case SHELL -> verb == Verb.SHELL;
      case PID_FILE -> verb.isInstance();
      default -> true;
    };
  }

  /// A heading of the help.
  public enum Group {
    FILES,
    ENVIRONMENT,
    PROCESS,
    OUTPUT
  }
}
