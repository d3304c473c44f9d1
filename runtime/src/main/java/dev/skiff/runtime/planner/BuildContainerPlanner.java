package dev.skiff.runtime.planner;

import static dev.skiff.runtime.plan.SetupStep.Access.READ_ONLY;
import static dev.skiff.runtime.plan.SetupStep.Access.READ_WRITE;
import static dev.skiff.runtime.plan.SetupStep.Missing.FAIL;
import static dev.skiff.runtime.plan.SetupStep.Missing.SKIP;
import static dev.skiff.runtime.plan.SetupStep.Missing.WARN;

import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.request.BindSpec;
import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.script.ActionScript;
import dev.skiff.runtime.script.EnvironmentScript;
import dev.skiff.runtime.script.EnvironmentScript.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decides how a script of a definition runs inside the root file system being built: as its root,
/// in `/`, with a clean environment and without a home of the host.
public final class BuildContainerPlanner {

  private BuildContainerPlanner() {}

  /// One script to run.
  ///
  /// @param root the root file system on the host, absolute
  /// @param words the program inside the root and its arguments: `/bin/sh`, `-ex`, `/.post.script`
  /// @param environment set after the image's own environment scripts, as they stand
  /// @param binds of `skiff build --bind` and `--mount`
  /// @param gpu of `skiff build --nv`
  /// @param access what becomes of changes to the root
  /// @param filter for a root that has one id only
  public record ScriptRun(
      Path root,
      List<String> words,
      Map<String, String> environment,
      List<BindSpec> binds,
      GpuFindings gpu,
      Access access,
      Payload.Filter filter) {

    public ScriptRun {
      words = List.copyOf(words);
      environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
      binds = List.copyOf(binds);
    }
  }

  /// What becomes of changes to the root.
  public enum Access {
    /// They stay: `%post`.
    WRITABLE,
    /// They fail: `%test`.
    READ_ONLY,
    /// They are gone afterwards: `%test` with `--writable-tmpfs`.
    TEMPORARY
  }

  /// The plan for one script. Touches nothing. The home, the passwd table and the working directory
  /// of `host` are not used.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when no directory is free for the
  ///   session
  public static ContainerPlan plan(ScriptRun run, HostFacts host) {
    List<SetupStep> inside = inside(run, host);
    List<Path> sources = new ArrayList<>(List.of(run.root()));
    for (SetupStep step : inside) {
      if (step instanceof SetupStep.Bind bind) {
        sources.add(bind.source());
      }
    }
    SessionLayout session = SessionLayout.choose(host.sessionCandidates(), sources);
    List<SetupStep> steps = new ArrayList<>();
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(session.directory(), SessionLayout.SIZE_BYTES));
    switch (run.access()) {
      case WRITABLE -> steps.add(new SetupStep.MountDirectory(run.root(), session.root()));
      case READ_ONLY, TEMPORARY ->
          steps.add(
              new SetupStep.MountOverlay(
                  List.of(run.root()), session.upper(), session.work(), session.root()));
    }
    steps.addAll(inside);
    if (run.access() == Access.READ_ONLY) {
      steps.add(new SetupStep.SealRoot());
    }
    steps.add(new SetupStep.EnterRoot(session.root()));
    return new ContainerPlan(
        steps,
        Isolation.MOUNTS_ONLY,
        new Payload(script(run, host), run.words(), run.filter()),
        run.gpu().notices());
  }

  private static List<SetupStep> inside(ScriptRun run, HostFacts host) {
    List<SetupStep> steps = new ArrayList<>();
    for (String path : List.of("/dev", "/proc", "/sys", "/tmp", "/var/tmp")) {
      steps.add(bind(path, READ_WRITE, WARN));
    }
    steps.add(bind("/etc/hosts", READ_ONLY, SKIP));
    if (!host.resolvConf().isEmpty()) {
      steps.add(
          new SetupStep.ShowText(new ContainerPath("/etc/resolv.conf"), host.resolvConf(), true));
    }
    for (BindSpec bind : run.binds()) {
      steps.add(
          new SetupStep.Bind(
              host.physicalDirectory().resolve(bind.source()),
              bind.target(),
              bind.access(),
              FAIL,
              bind.origin()));
    }
    DriverMounts.add(steps, run.gpu());
    return steps;
  }

  private static SetupStep bind(String path, SetupStep.Access access, SetupStep.Missing missing) {
    return new SetupStep.Bind(Path.of(path), new ContainerPath(path), access, missing, "default");
  }

  private static String script(ScriptRun run, HostFacts host) {
    CallerVariables caller = CallerVariables.of(host.environment());
    List<Setting> settings = new ArrayList<>();
    run.environment()
        .forEach((name, value) ->
            settings.add(new Setting(new Variable(name, value), Evaluation.LITERAL)));
    String environmentFile = "/.singularity.d/env/91-environment.sh";
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("APPTAINER_ENVIRONMENT", environmentFile);
    facts.put("SINGULARITY_ENVIRONMENT", environmentFile);
    EnvironmentScript first =
        new EnvironmentScript(
            "",
            caller.all(),
            caller.whenClean(),
            Map.of("LANG", "C"),
            settings,
            facts,
            new EnvironmentScript.User("/root", 0, 0),
            new EnvironmentScript.Start("/", EnvironmentScript.Otherwise.FAIL),
            "");
    ActionScript second = new ActionScript("", Verb.EXEC, "", "", ActionScript.Remarks.UNSPOKEN);
    return first.text() + second.text();
  }
}
