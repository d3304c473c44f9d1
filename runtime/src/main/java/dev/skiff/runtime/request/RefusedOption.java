package dev.skiff.runtime.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An option of Apptainer that Skiff knows and does not have, and what to use instead. Looked at
/// only after `RunOption` has said no.
///
/// @param spelling as typed
/// @param takesValue whether Apptainer's takes one
/// @param instead an imperative
public record RefusedOption(String spelling, boolean takesValue, String instead) {

  private static final String VALUE = "=";

  private static final String LOGIN =
      "log in once with skiff registry login HOST, or set SKIFF_DOCKER_USERNAME and"
          + " SKIFF_DOCKER_PASSWORD: others see the words of a command";
  private static final String PULL =
      "convert the image first, with skiff pull or skiff build, and run the SIF";
  private static final String ENCRYPTED =
      "leave it out: encrypted images are not supported; keep secrets in files and bind them";

  /// Names and what to use instead; a name that ends in `=` takes a value.
  private static final String[][] TABLE = {
    {"--underlay", "leave it out: bind targets are always made"},
    {"--unsquash", "leave it out: an image is unpacked by itself where it cannot be mounted"},
    {
      "--ignore-subuid --ignore-fakeroot-command --ignore-userns",
      "leave it out; skiff doctor says which way to be root this machine allows"
    },
    {"--network-args= --netns-path=", "use --net, or the host's network by leaving it out"},
    {"--intel-hpu", "bind the driver's files and devices with --bind"},
    {"--compat32", "bind the 32-bit libraries with --bind"},
    {"--fusemount=", "mount it on the host and use --bind"},
    {
      "--allow-setuid", "leave it out and use --fakeroot: a container gives nobody another's rights"
    },
    {
      "--containlibs=",
      "bind the libraries with --bind, and name them with --env LD_LIBRARY_PATH=..."
    },
    {
      "--dmtcp-launch= --dmtcp-restart=",
      "call dmtcp_launch and dmtcp_restart of the image: skiff exec IMAGE dmtcp_launch COMMAND"
    },
    {"--boot", "use skiff instance start, and start the services in the image's startscript"},
    {"--cpus=", limit("srun -c 4", "CPUQuota=400%")},
    {"--cpu-shares=", limit("srun -c 4", "CPUWeight=200")},
    {"--cpuset-cpus=", limit("srun -c 4 --cpu-bind=cores", "AllowedCPUs=0-3")},
    {"--cpuset-mems=", limit("srun --mem-bind=local", "AllowedMemoryNodes=0")},
    {"--memory=", limit("srun --mem=8G", "MemoryMax=8G")},
    {"--memory-reservation=", limit("srun --mem=8G", "MemoryLow=8G")},
    {"--memory-swap=", limit("srun --mem=8G", "MemorySwapMax=0")},
    {"--pids-limit=", limit("srun", "TasksMax=500")},
    {"--blkio-weight= --blkio-weight-device=", limit("srun", "IOWeight=200")},
    {"--apply-cgroups=", limit("srun --mem=8G -c 4", "MemoryMax=8G")},
    {"--oom-kill-disable", "leave it out: what a job may use is the scheduler's business"},
    {"--runscript-timeout=", "leave it out and limit the whole: timeout 60 skiff exec ..."},
    {"--docker-username= --docker-password=", LOGIN},
    {"--disable-cache --tmpdir=", PULL},
    {"--passphrase --pem-path=", ENCRYPTED},
    {"--config= --build-config", "leave it out and use skiff.yaml"},
  };

  /// No process of Skiff's stays that could hold a control group and remove it.
  private static String limit(String job, String property) {
    return "leave it out; in a job its own limits hold ("
        + job
        + "), elsewhere: systemd-run --user --scope -p "
        + property
        + " skiff ...";
  }

  /// Whether a value says that it is not wanted: none at all, as scripts write `--cpus "$CPUS"`, or
  /// `=false`.
  ///
  /// @param value null when there is none
  boolean asksNothing(@Nullable String value) {
    if (value == null) {
      return false;
    }
    return takesValue ? value.isEmpty() : Switch.isOff(value);
  }

  static @Nullable RefusedOption of(String spelling) {
    for (RefusedOption option : all()) {
      if (option.spelling.equals(spelling)) {
        return option;
      }
    }
    return null;
  }

  /// The one that a variable stands for, by its name without the prefix, or null. Those that say
  /// how images are fetched are not among them: `skiff pull` knows most of them.
  static @Nullable RefusedOption ofKey(String key) {
    String name = "--" + key.toLowerCase(Locale.ROOT).replace('_', '-');
    return switch (key) {
      case "FUSESPEC" -> of("--fusemount");
      case "ENCRYPTION_PASSPHRASE" -> of("--passphrase");
      case "ENCRYPTION_PEM_PATH" -> of("--pem-path");
      case "CONFIG_FILE" -> of("--config");
      case "TMPDIR", "DISABLE_CACHE", "CONFIG", "DOCKER_USERNAME", "DOCKER_PASSWORD" -> null;
      default -> of(name);
    };
  }

  /// All of them, in the order of Apptainer's manual.
  public static List<RefusedOption> all() {
    List<RefusedOption> all = new ArrayList<>();
    for (String[] row : TABLE) {
      String[] names = Words.split(row[0], ' ');
      boolean takesValue = names[names.length - 1].endsWith(VALUE);
      for (String name : names) {
        boolean marked = name.endsWith(VALUE);
        boolean shortName = !name.startsWith("--");
        all.add(
            new RefusedOption(
                marked ? name.substring(0, name.length() - 1) : name,
                shortName ? takesValue : marked,
                row[1]));
      }
    }
    return Collections.unmodifiableList(all);
  }
}
