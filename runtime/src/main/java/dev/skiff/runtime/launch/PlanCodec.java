package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A plan as text for the JVM that carries it out: fields in order, each ended by a NUL, which no
/// path and no script can hold. Both sides are the same build of Skiff.
final class PlanCodec {

  private static final String VERSION = "skiff plan 1";

  private PlanCodec() {}

  static byte[] encode(ContainerPlan plan) {
    FieldWriter out = new FieldWriter();
    out.text(VERSION).number(plan.setup().size());
    for (SetupStep step : plan.setup()) {
      encode(out, step);
    }
    Isolation isolation = plan.isolation();
    out.flag(isolation.pid()).flag(isolation.ipc());
    out.flag(isolation.network()).flag(isolation.uts());
    Payload payload = plan.payload();
    out.text(payload.script()).texts(payload.arguments()).text(payload.filter().name());
    out.number(plan.notices().size());
    plan.notices().forEach(out::problem);
    return out.bytes();
  }

  private static void encode(FieldWriter out, SetupStep step) {
    out.text(step.getClass().getSimpleName());
    switch (step) {
      case SetupStep.IsolateMounts _, SetupStep.SealRoot _ -> {}
      case SetupStep.SessionDirectory it -> out.path(it.directory()).number(it.sizeBytes());
      case SetupStep.MountImage it -> image(out, it);
      case SetupStep.MountVolume it -> volume(out, it);
      case SetupStep.BindInside it -> inside(out, it);
      case SetupStep.MountOverlay it -> overlay(out, it);
      case SetupStep.MountDirectory it -> out.path(it.directory()).path(it.target());
      case SetupStep.CopyMounts it -> out.number(it.process()).path(it.target());
      case SetupStep.Bind it -> bind(out, it);
      case SetupStep.Tmpfs it ->
          out.text(it.target().value()).number(it.sizeBytes()).number(it.mode());
      case SetupStep.Proc it -> out.text(it.target().value());
      case SetupStep.MinimalDev it -> out.text(it.target().value()).paths(it.devices());
      case SetupStep.MakeDirectory it -> out.text(it.path().value()).number(it.mode());
      case SetupStep.ShowText it -> shown(out, it);
      case SetupStep.AddFile it -> out.text(it.path().value()).text(it.text()).number(it.mode());
      case SetupStep.AmendAccounts it -> out.text(it.path().value()).texts(it.lines());
      case SetupStep.SetHostName it -> out.text(it.name());
      case SetupStep.MakeSymlink it -> out.text(it.path().value()).text(it.target());
      case SetupStep.MakeHostDirectory it -> out.path(it.path()).number(it.mode());
      case SetupStep.EnterRoot it -> out.path(it.root());
    }
  }

  private static void image(FieldWriter out, SetupStep.MountImage it) {
    out.path(it.image()).number(it.offsetBytes()).number(it.sizeBytes());
    out.text(it.means().name()).path(it.target());
  }

  private static void overlay(FieldWriter out, SetupStep.MountOverlay it) {
    out.paths(it.lower()).path(it.upper()).path(it.work()).path(it.target());
    out.number(it.points().size());
    it.points().forEach(point -> out.text(point.value()));
  }

  private static void bind(FieldWriter out, SetupStep.Bind it) {
    out.path(it.source()).text(it.target().value());
    out.text(it.access().name()).text(it.missing().name()).text(it.reason());
  }

  private static void shown(FieldWriter out, SetupStep.ShowText it) {
    out.text(it.path().value()).text(it.text()).flag(it.onlyIfPresent());
  }

  private static void volume(FieldWriter out, SetupStep.MountVolume it) {
    out.path(it.file()).number(it.offsetBytes()).number(it.sizeBytes());
    out.text(it.fileSystem().name()).text(it.access().name()).text(it.means().name());
    out.number(it.owner().uid()).number(it.owner().gid());
    out.text(it.missing().name()).path(it.target());
  }

  private static void inside(FieldWriter out, SetupStep.BindInside it) {
    out.path(it.volume()).text(it.path()).text(it.target().value());
    out.text(it.access().name()).text(it.reason());
  }

  static ContainerPlan decode(byte[] bytes) {
    FieldReader in = new FieldReader(bytes);
    if (!in.text().equals(VERSION)) {
      throw new IllegalArgumentException("not a plan of this build");
    }
    int count = in.count();
    List<SetupStep> setup = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      setup.add(step(in));
    }
    Isolation isolation = new Isolation(in.flag(), in.flag(), in.flag(), in.flag());
    Payload payload = new Payload(in.text(), in.texts(), Payload.Filter.valueOf(in.text()));
    int notices = in.count();
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < notices; i++) {
      problems.add(in.problem());
    }
    return new ContainerPlan(setup, isolation, payload, problems);
  }

  private static SetupStep step(FieldReader in) {
    String kind = in.text();
    return switch (kind) {
      case "IsolateMounts" -> new SetupStep.IsolateMounts();
      case "SessionDirectory" -> new SetupStep.SessionDirectory(in.path(), in.number());
      case "MountImage" ->
          new SetupStep.MountImage(
              in.path(),
              in.number(),
              in.number(),
              SetupStep.MountImage.Means.valueOf(in.text()),
              in.path());
      case "MountVolume" ->
          new SetupStep.MountVolume(
              in.path(),
              in.number(),
              in.number(),
              SetupStep.FileSystem.valueOf(in.text()),
              SetupStep.Access.valueOf(in.text()),
              SetupStep.MountImage.Means.valueOf(in.text()),
              new SetupStep.Owner(in.number(), in.number()),
              SetupStep.Missing.valueOf(in.text()),
              in.path());
      case "MountOverlay" -> overlay(in);
      case "MountDirectory" -> new SetupStep.MountDirectory(in.path(), in.path());
      case "CopyMounts" -> new SetupStep.CopyMounts(in.number(), in.path());
      case "MakeHostDirectory" -> new SetupStep.MakeHostDirectory(in.path(), (int) in.number());
      case "EnterRoot" -> new SetupStep.EnterRoot(in.path());
      case "SealRoot" -> new SetupStep.SealRoot();
      default -> stepInContainer(kind, in);
    };
  }

  private static SetupStep.MountOverlay overlay(FieldReader in) {
    SetupStep.MountOverlay whole =
        new SetupStep.MountOverlay(in.paths(), in.path(), in.path(), in.path());
    List<ContainerPath> points = new ArrayList<>();
    int count = in.count();
    for (int i = 0; i < count; i++) {
      points.add(in.containerPath());
    }
    return whole.unlessPresent(points);
  }

  private static SetupStep stepInContainer(String kind, FieldReader in) {
    return switch (kind) {
      case "Bind" ->
          new SetupStep.Bind(
              in.path(),
              in.containerPath(),
              SetupStep.Access.valueOf(in.text()),
              SetupStep.Missing.valueOf(in.text()),
              in.text());
      case "BindInside" ->
          new SetupStep.BindInside(
              in.path(),
              in.text(),
              in.containerPath(),
              SetupStep.Access.valueOf(in.text()),
              in.text());
      case "Tmpfs" -> new SetupStep.Tmpfs(in.containerPath(), in.number(), (int) in.number());
      case "Proc" -> new SetupStep.Proc(in.containerPath());
      case "MinimalDev" -> new SetupStep.MinimalDev(in.containerPath(), in.paths());
      case "MakeDirectory" -> new SetupStep.MakeDirectory(in.containerPath(), (int) in.number());
      case "ShowText" -> new SetupStep.ShowText(in.containerPath(), in.text(), in.flag());
      case "AddFile" -> new SetupStep.AddFile(in.containerPath(), in.text(), (int) in.number());
      case "MakeSymlink" -> new SetupStep.MakeSymlink(in.containerPath(), in.text());
      case "AmendAccounts" -> new SetupStep.AmendAccounts(in.containerPath(), in.texts());
      case "SetHostName" -> new SetupStep.SetHostName(in.text());
      default -> throw new IllegalArgumentException("unknown step '" + kind + "'");
    };
  }

  static byte[] encode(Problem problem) {
    FieldWriter out = new FieldWriter();
    out.problem(problem);
    return out.bytes();
  }

  static List<Problem> decodeProblems(byte[] bytes) {
    FieldReader in = new FieldReader(bytes);
    List<Problem> problems = new ArrayList<>();
    while (in.hasMore()) {
      problems.add(in.problem());
    }
    return problems;
  }

  private static final class FieldWriter {
    private final StringBuilder text = new StringBuilder();

    FieldWriter text(String field) {
      if (field.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a field holds a NUL");
      }
      text.append(field).append('\0');
      return this;
    }

    FieldWriter number(long field) {
      return text(Long.toString(field));
    }

    FieldWriter flag(boolean field) {
      return text(field ? "1" : "0");
    }

    FieldWriter path(Path field) {
      return text(field.toString());
    }

    FieldWriter paths(List<Path> fields) {
      number(fields.size());
      fields.forEach(this::path);
      return this;
    }

    FieldWriter texts(List<String> fields) {
      number(fields.size());
      fields.forEach(this::text);
      return this;
    }

    void problem(Problem field) {
      text(field.what()).text(field.why()).text(field.fix());
    }

    byte[] bytes() {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final class FieldReader {
    private final String text;
    private int at;

    FieldReader(byte[] bytes) {
      text = new String(bytes, StandardCharsets.UTF_8);
    }

    boolean hasMore() {
      return at < text.length();
    }

    String text() {
      int end = text.indexOf('\0', at);
      if (end < 0) {
        throw new IllegalArgumentException("the plan ends early");
      }
      String field = text.substring(at, end);
      at = end + 1;
      return field;
    }

    long number() {
      return Long.parseLong(text());
    }

    int count() {
      long count = number();
      if (count < 0 || count > text.length()) {
        throw new IllegalArgumentException("count " + count);
      }
      return (int) count;
    }

    Problem problem() {
      return new Problem(text(), text(), text());
    }

    boolean flag() {
      return text().equals("1");
    }

    Path path() {
      return Path.of(text());
    }

    ContainerPath containerPath() {
      return new ContainerPath(text());
    }

    List<Path> paths() {
      return texts().stream().map(Path::of).toList();
    }

    List<String> texts() {
      int count = count();
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        fields.add(text());
      }
      return fields;
    }
  }
}
