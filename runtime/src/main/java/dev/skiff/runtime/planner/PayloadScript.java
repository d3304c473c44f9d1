package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.instance.InstanceName;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.request.EnvironmentFile;
import dev.skiff.runtime.request.EnvironmentRequest;
import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Passing;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.ExitConvention;
import dev.skiff.runtime.request.MountRequest.Containment;
import dev.skiff.runtime.request.ProcessRequest;
import dev.skiff.runtime.request.ProcessRequest.Identity;
import dev.skiff.runtime.script.ActionScript;
import dev.skiff.runtime.script.ActionScript.Remarks;
import dev.skiff.runtime.script.EnvironmentScript;
import dev.skiff.runtime.script.EnvironmentScript.Otherwise;
import dev.skiff.runtime.script.EnvironmentScript.Setting;
import dev.skiff.runtime.script.EnvironmentScript.Start;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The script of a request: which variables, which directory, which action.
final class PayloadScript {

  private final ExecRequest request;
  private final HostFacts host;
  private final Inside inside;

  PayloadScript(ExecRequest request, HostFacts host, Inside inside) {
    this.request = request;
    this.host = host;
    this.inside = inside;
  }

  /// The container as its payload knows it.
  ///
  /// @param image its path, as the person knows it
  /// @param imageName its file name
  /// @param instance its name, if it outlives the command that started it
  /// @param home `HOME`
  /// @param bindTargets what `APPTAINER_BIND` says
  record Inside(
      String image,
      String imageName,
      Optional<InstanceName> instance,
      String home,
      String bindTargets,
      Identity identity) {}

  /// @param ids what `UID` and `GID` say
  /// @param notices gets what the person should know
  String text(Confinement.Ids ids, List<Problem> notices) {
    EnvironmentRequest environment = request.environment();
    ProcessRequest process = request.process();
    CallerVariables caller = CallerVariables.of(host.environment());
    boolean clean = environment.passing() == Passing.CLEAN;
    String app = process.app().orElse("");
    EnvironmentScript first =
        new EnvironmentScript(
            "",
            caller.all(),
            clean
                ? caller.whenClean(environment.withheld())
                : caller.passed(environment.withheld()),
            clean ? Map.of("LANG", "C") : Map.of(),
            settings(notices),
            facts(app),
            user(ids),
            start(),
            app);
    ActionScript second =
        new ActionScript("", request.verb(), app, process.shell().orElse(""), remarks());
    String mask = process.umask() == ProcessRequest.Umask.STANDARD ? "umask 0022\n" : "";
    boolean theirs = request.output().exits() == ExitConvention.APPTAINER;
    String status = theirs ? "skiff_status=255\n" : "";
    return mask + status + first.text() + second.text();
  }

  private EnvironmentScript.User user(Confinement.Ids ids) {
    if (ids instanceof Confinement.Mapped(long uid, long gid)) {
      return new EnvironmentScript.User(inside.home, uid, gid);
    }
    if (ids instanceof Confinement.Assumed(long uid, List<Long> gids)) {
      return new EnvironmentScript.User(inside.home, uid, gids.getFirst());
    }
    boolean root = inside.identity == Identity.ROOT;
    return new EnvironmentScript.User(
        inside.home, root ? 0 : host.account().uid(), root ? 0 : host.account().gid());
  }

  private Remarks remarks() {
    return switch (request.output().verbosity()) {
      case SILENT, QUIET -> Remarks.UNSPOKEN;
      case NORMAL, VERBOSE, DEBUG -> Remarks.SPOKEN;
    };
  }

  private Start start() {
    if (request.process().startDirectory().isPresent()) {
      return new Start(request.process().startDirectory().get().value(), Otherwise.FAIL);
    }
    boolean contained = request.mounts().containment() == Containment.CONTAIN;
    return new Start(contained ? inside.home : host.directory().toString(), Otherwise.HOME);
  }

  /// Lowest first: what the GPUs need, prefixed variables, files, options.
  private List<Setting> settings(List<Problem> notices) {
    EnvironmentRequest environment = request.environment();
    List<Setting> settings = new ArrayList<>();
    for (Map.Entry<String, String> needed : host.gpu().variables().entrySet()) {
      Variable variable = new Variable(needed.getKey(), needed.getValue());
      settings.add(new Setting(variable, Evaluation.LITERAL));
    }
    for (Variable variable : environment.prefixed()) {
      settings.add(new Setting(variable, environment.values()));
    }
    Set<String> optionNames = new LinkedHashSet<>();
    for (Variable variable : environment.options()) {
      optionNames.add(variable.name());
    }
    for (HostFacts.FileText file : host.environmentFiles()) {
      for (Variable variable :
          EnvironmentFile.parse(file.file(), file.text(), host.environment())) {
        if (variable.name().equals("HOME")) {
          notices.add(PlannerProblems.homeFromFile(file.file().toString()));
        } else if (optionNames.contains(variable.name())) {
          notices.add(PlannerProblems.fileVariableOverridden(variable.name()));
        } else {
          settings.add(new Setting(variable, Evaluation.LITERAL));
        }
      }
    }
    for (Variable variable : environment.options()) {
      settings.add(new Setting(variable, environment.values()));
    }
    return settings;
  }

  private Map<String, String> facts(String app) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (String prefix : List.of("APPTAINER_", "SINGULARITY_", "SKIFF_")) {
      facts.put(prefix + "CONTAINER", inside.image);
      facts.put(prefix + "NAME", inside.imageName);
      facts.put(prefix + "BIND", inside.bindTargets);
      if (inside.instance.isPresent()) {
        facts.put(prefix + "INSTANCE", inside.instance.get().text());
      }
      facts.put(prefix + "ENVIRONMENT", "/.singularity.d/env/91-environment.sh");
    }
    for (String prefix : List.of("APPTAINER_", "SKIFF_")) {
      facts.put(prefix + "COMMAND", request.verb().word());
      facts.put(prefix + "APPNAME", app);
    }
    if (request.environment().arguments() == Evaluation.LITERAL) {
      facts.put("APPTAINER_NO_EVAL", "1");
      facts.put("SINGULARITY_NO_EVAL", "1"); // runscripts of converted images ask for this one
    } else {
      facts.put("SKIFF_EVAL", "1");
    }
    facts.put("USER_PATH", host.environment().getOrDefault("PATH", ""));
    return facts;
  }
}
