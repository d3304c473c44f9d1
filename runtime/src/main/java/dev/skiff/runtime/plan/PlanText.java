package dev.skiff.runtime.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Prints a plan for `--dry-run`: one step a line in the order of their execution, then the
/// payload's words, then its script.
public final class PlanText {

  private static final int VERB_WIDTH = 10;

  private final StringBuilder text = new StringBuilder();

  private PlanText() {}

  /// The whole plan, with a line end at its end. Values of the caller's variables are not in it.
  public static String of(ContainerPlan plan) {
    PlanText printer = new PlanText();
    for (SetupStep step : plan.setup()) {
      printer.step(step);
    }
    printer.isolation(plan.isolation());
    printer.payload(plan.payload());
    return printer.text.toString();
  }

  private void line(String verb, String rest) {
    text.append(verb);
    if (!rest.isEmpty()) {
      text.append(" ".repeat(Math.max(1, VERB_WIDTH - verb.length()))).append(rest);
    }
    text.append('\n');
  }

  private void step(SetupStep step) {
    switch (step) {
      case SetupStep.IsolateMounts _ -> line("isolate", "mounts");
      case SetupStep.SessionDirectory session -> session(session);
      case SetupStep.MountImage image -> image(image);
      case SetupStep.MountVolume volume -> volume(volume);
      case SetupStep.MountOverlay overlay -> overlay(overlay);
      case SetupStep.MountDirectory(Path directory, Path target) ->
          line("root", directory + " on " + target);
      case SetupStep.CopyMounts(long process, Path target) ->
          line("mount", target + " as process " + process + " sees its root");
      case SetupStep.Bind bind -> bind(bind);
      case SetupStep.BindInside bind -> inside(bind);
      case SetupStep.Tmpfs tmpfs -> tmpfs(tmpfs);
      case SetupStep.Proc(ContainerPath target) -> line("proc", target.value());
      case SetupStep.MinimalDev dev -> dev(dev);
      case SetupStep.MakeDirectory(ContainerPath path, int mode) ->
          line("mkdir", path + " mode " + octal(mode));
      case SetupStep.MakeHostDirectory(Path path, int mode) ->
          line("mkdir", "on the host: " + path + " mode " + octal(mode));
      case SetupStep.ShowText show -> show(show);
      case SetupStep.AddFile added -> add(added);
      case SetupStep.AmendAccounts accounts -> amend(accounts);
      case SetupStep.SetHostName(String name) -> line("hostname", name);
      case SetupStep.MakeSymlink(ContainerPath path, String target) ->
          line("symlink", path + " -> " + target);
      case SetupStep.SealRoot _ -> line("seal", "the root read-only");
      case SetupStep.EnterRoot(Path root) -> line("enter", root.toString());
    }
  }

  private void session(SetupStep.SessionDirectory session) {
    line("session", session.directory() + " holds at most " + limit(session.sizeBytes()));
  }

  private void tmpfs(SetupStep.Tmpfs tmpfs) {
    String most = limit(tmpfs.sizeBytes());
    line("tmpfs", tmpfs.target() + " mode " + octal(tmpfs.mode()) + ", at most " + most);
  }

  private void dev(SetupStep.MinimalDev dev) {
    String more = dev.devices().isEmpty() ? "" : ", and " + dev.devices();
    line("dev", dev.target() + " minimal" + more);
  }

  private void add(SetupStep.AddFile added) {
    line("add", added.path() + " mode " + octal(added.mode()) + " if missing:");
    indented(added.text());
  }

  private void amend(SetupStep.AmendAccounts accounts) {
    line("amend", accounts.path() + " if present: " + String.join(" ", accounts.lines()));
  }

  private void image(SetupStep.MountImage image) {
    String means = word(image.means());
    line(
        "image",
        image.image()
            + " from byte "
            + image.offsetBytes()
            + " ("
            + bytes(image.sizeBytes())
            + ") on "
            + image.target()
            + " by "
            + means);
  }

  private void volume(SetupStep.MountVolume volume) {
    line(
        "volume",
        volume.file()
            + " from byte "
            + volume.offsetBytes()
            + " ("
            + bytes(volume.sizeBytes())
            + ", "
            + volume.fileSystem().name().toLowerCase(Locale.ROOT)
            + ") on "
            + volume.target()
            + " "
            + word(volume.access())
            + " by "
            + switch (volume.means()) {
              case LOOP -> "loop device";
              case FUSE -> "FUSE";
            }
            + word(volume.missing()));
  }

  private void inside(SetupStep.BindInside bind) {
    String source = bind.path() + " of " + bind.volume();
    String rest = word(bind.access()) + ", or fail (" + bind.reason() + ")";
    line("bind", source + " on " + bind.target() + " " + rest);
  }

  private void overlay(SetupStep.MountOverlay overlay) {
    StringBuilder lower = new StringBuilder();
    for (Path path : overlay.lower()) {
      lower.append(lower.isEmpty() ? "" : ":").append(path);
    }
    String needed = overlay.points().isEmpty() ? "" : " as far as mount points are missing";
    line("overlay", lower + " below " + overlay.upper() + " on " + overlay.target() + needed);
  }

  private void bind(SetupStep.Bind bind) {
    String access = word(bind.access());
    String missing = word(bind.missing());
    line(
        "bind",
        bind.source()
            + " on "
            + bind.target()
            + " "
            + access
            + missing
            + " ("
            + bind.reason()
            + ")");
  }

  private void show(SetupStep.ShowText show) {
    line("show", show.path() + (show.onlyIfPresent() ? " if present:" : ":"));
    indented(show.text());
  }

  private void isolation(Isolation isolation) {
    StringBuilder own = new StringBuilder();
    own.append(isolation.pid() ? " pid" : "").append(isolation.ipc() ? " ipc" : "");
    own.append(isolation.network() ? " network" : "").append(isolation.uts() ? " uts" : "");
    line("own", "mounts" + own);
  }

  private void confinement(Confinement confinement) {
    if (!confinement.asked()) {
      return;
    }
    if (confinement.ids() instanceof Confinement.Mapped(long uid, long gid)) {
      line("ids", uid + ":" + gid);
    } else if (confinement.ids() instanceof Confinement.Assumed(long uid, List<Long> gids)) {
      line("ids", uid + ":" + gids);
    }
    confinement
        .capabilities()
        .ifPresent(set ->
            line(
                "rights",
                set.equals(CapabilitySet.ALL) ? "all" : String.join(" ", set.names()) + " only"));
    confinement.appArmor().ifPresent(profile -> line("apparmor", profile));
    confinement.seLinux().ifPresent(label -> line("selinux", label));
    confinement
        .filter()
        .ifPresent(it -> line("seccomp", it.profile() + ", " + it.size() + " instructions"));
  }

  private void payload(Payload payload) {
    switch (payload.filter()) {
      case NONE -> {
        // Nothing is filtered.
      }
      case EMULATE_DEVICES -> line("filter", "emulate devices");
      case EMULATE_ROOT -> line("filter", "emulate root");
    }
    StringBuilder words = new StringBuilder();
    confinement(payload.confinement());
    for (String word : payload.arguments()) {
      words.append(words.isEmpty() ? "" : " ").append(quoted(word));
    }
    line("words", words.toString());
    line("script", "");
    indented(payload.script());
  }

  private void indented(String block) {
    int start = 0;
    while (start < block.length()) {
      int newline = block.indexOf('\n', start);
      int end = newline < 0 ? block.length() : newline;
      text.append("  ").append(block, start, end).append('\n');
      start = end + 1;
    }
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static String word(SetupStep.Access access) {
    return switch (access) {
      case READ_ONLY -> "ro";
      case READ_WRITE -> "rw";
    };
  }

  private static String word(SetupStep.Missing missing) {
    return switch (missing) {
      case SKIP -> ", if present";
      case WARN -> ", or warn";
      case FAIL -> ", or fail";
    };
  }

  private static String word(SetupStep.MountImage.Means means) {
    return switch (means) {
      case LOOP -> "loop device";
      case FUSE -> "squashfuse";
    };
  }

  private static String limit(long count) {
    return count == 0 ? "half the memory" : bytes(count);
  }

  private static String bytes(long count) {
    return count + " bytes";
  }

  private static String octal(int mode) {
    return "0" + Integer.toOctalString(mode);
  }
}
