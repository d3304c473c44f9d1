package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Passing;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import dev.skiff.runtime.request.MountRequest.Containment;
import dev.skiff.runtime.request.MountRequest.Writability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RunArgumentsTest {

  private static RunArguments.Parsed parse(Map<String, String> environment, String... words) {
    return RunArguments.parse(words, environment);
  }

  private static RunArguments.Accepted accepted(Map<String, String> environment, String... words) {
    RunArguments.Parsed parsed = parse(environment, words);
    assertThat(parsed).isInstanceOf(RunArguments.Accepted.class);
    return (RunArguments.Accepted) parsed;
  }

  private static ExecRequest request(String... words) {
    return accepted(Map.of(), words).request();
  }

  private static String problems(Map<String, String> environment, String... words) {
    RunArguments.Parsed parsed = parse(environment, words);
    assertThat(parsed).isInstanceOf(RunArguments.Rejected.class);
    StringBuilder text = new StringBuilder();
    for (Problem problem : ((RunArguments.Rejected) parsed).problems()) {
      text.append(problem.render());
    }
    return text.toString();
  }

  @Test
  void optionsEndAtTheImage() {
    RunArguments.Accepted parsed =
        accepted(Map.of(), "exec", "-e", "--pwd", "/tmp", "i.sif", "ls", "-c", "--bind", "--help");
    assertThat(parsed.request().image()).isEqualTo("i.sif");
    assertThat(parsed.request().arguments()).containsExactly("ls", "-c", "--bind", "--help");
    assertThat(parsed.wordsBeforeArguments()).isEqualTo(5);
    assertThat(parsed.request().mounts().binds()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
  }

  @Test
  void aPlainRequestIsTheDefault() {
    ExecRequest request = request("exec", "i.sif", "true");
    assertThat(request.mounts()).isEqualTo(MountRequest.DEFAULT);
    assertThat(request.environment()).isEqualTo(EnvironmentRequest.DEFAULT);
    assertThat(request.process()).isEqualTo(ProcessRequest.DEFAULT);
    assertThat(request.output()).isEqualTo(ExecRequest.Output.DEFAULT);
  }

  @Test
  void howTheImageIsFetchedIsSaidInVariablesOfThePull() {
    assertThat(request("exec", "i.sif", "true").fetching().variables()).isEmpty();
    assertThat(
            request(
                    "exec",
                    "--no-https",
                    "--offline",
                    "--docker-login",
                    "-q",
                    "--authfile=/a.json",
                    "docker://a/b",
                    "true")
                .fetching()
                .variables())
        .isEqualTo(
            Map.of(
                "SKIFF_NOHTTPS",
                "1",
                "SKIFF_OFFLINE",
                "1",
                "SKIFF_QUIET",
                "1",
                "SKIFF_DOCKER_LOGIN",
                "1",
                "SKIFF_AUTH_FILE",
                "/a.json"));
    assertThat(
            accepted(Map.of("SINGULARITY_DOCKER_HOST", "tcp://d:1"), "exec", "i.sif", "true")
                .request()
                .fetching()
                .variables())
        .isEqualTo(Map.of("DOCKER_HOST", "tcp://d:1"));
    assertThat(problems(Map.of(), "exec", "--docker-password", "x", "docker://a/b", "true"))
        .contains("skiff registry login");
  }

  @Test
  void shortSwitchesShareADashAndValuesComeInEveryForm() {
    ExecRequest request =
        request("exec", "-ecB/a:/x", "-B", "/b", "-B=/c", "--bind=/d", "--bind", "/e", "i", "c");
    assertThat(request.environment().passing()).isEqualTo(Passing.CLEAN);
    assertThat(request.mounts().containment()).isEqualTo(Containment.CONTAIN);
    assertThat(request.mounts().binds())
        .extracting(bind -> bind.source() + ">" + bind.target())
        .containsExactly("/a>/x", "/b>/b", "/c>/c", "/d>/d", "/e>/e");
  }

  @Test
  void optionsForAllCommandsMayStandBeforeTheVerb() {
    RunArguments.Accepted parsed = accepted(Map.of(), "-q", "run", "--dry-run", "i.sif", "a");
    assertThat(parsed.request().output())
        .isEqualTo(
            new ExecRequest.Output(
                true,
                false,
                ExecRequest.Verbosity.QUIET,
                ExecRequest.Keeping.ALLOWED,
                ExitConvention.SKIFF));
    assertThat(parsed.wordsBeforeArguments()).isEqualTo(4);
    assertThat(RunArguments.verb(new String[] {"-q", "run"})).isEqualTo(Verb.RUN);
    assertThat(RunArguments.verb(new String[] {"build"})).isNull();
  }

  @Test
  void twoDashesEndTheOptionsToo() {
    assertThat(request("exec", "-e", "--", "-odd-image", "cmd").image()).isEqualTo("-odd-image");
  }

  @Test
  void helpIsAskedForOnlyBeforeTheImage() {
    assertThat(parse(Map.of(), "shell", "-h")).isEqualTo(new RunArguments.HelpAsked(Verb.SHELL));
    assertThat(parse(Map.of(), "exec", "i", "c", "--help"))
        .isInstanceOf(RunArguments.Accepted.class);
  }

  @Test
  void containallMeansContainPidIpcAndCleanenv() {
    ExecRequest request = request("exec", "-C", "i", "c");
    assertThat(request.mounts().containment()).isEqualTo(Containment.CONTAIN);
    assertThat(request.process().isolation()).isEqualTo(new Isolation(true, true, false, false));
    assertThat(request.environment().passing()).isEqualTo(Passing.CLEAN);
    assertThat(request("exec", "-C", "--no-pid", "i", "c").process().isolation().pid()).isFalse();
  }

  @Test
  void compatAddsATemporaryRootAPlainMaskAndLiteralValues() {
    ExecRequest request = request("exec", "--compat", "i", "c");
    assertThat(request.mounts().writability()).isEqualTo(Writability.TMPFS_OR_OVERLAY);
    assertThat(request.process().umask()).isEqualTo(ProcessRequest.Umask.STANDARD);
    assertThat(request.environment().values()).isEqualTo(Evaluation.LITERAL);
  }

  @Test
  void aHostNameImpliesItsNamespace() {
    ExecRequest request = request("exec", "--hostname", "node-1.x", "--network=none", "i", "c");
    assertThat(request.process().isolation()).isEqualTo(new Isolation(false, false, true, true));
    assertThat(request.process().hostName()).contains("node-1.x");
  }

  @Test
  void argumentsAreExactUnlessEvalIsAsked() {
    assertThat(request("run", "i").environment().arguments()).isEqualTo(Evaluation.LITERAL);
    assertThat(request("run", "--eval", "i").environment().arguments())
        .isEqualTo(Evaluation.DOUBLE_QUOTED);
  }

  @Test
  void gpusAndDevicesAreAskedForInSeveralWays() {
    GpuRequest gpu =
        accepted(
                Map.of("APPTAINER_CDI_DIRS", "/a,/b"),
                "exec",
                "--nv=require",
                "--rocm",
                "--no-rocm",
                "--device",
                "nvidia.com/gpu=0,nvidia.com/gpu=1",
                "--device=v.com/c=x",
                "i",
                "c")
            .request()
            .mounts()
            .gpu();
    assertThat(gpu)
        .isEqualTo(
            new GpuRequest(
                GpuRequest.Need.REQUIRED,
                GpuRequest.Need.NONE,
                GpuRequest.Source.LOADER_CACHE,
                List.of("nvidia.com/gpu=0", "nvidia.com/gpu=1", "v.com/c=x"),
                List.of(Path.of("/a"), Path.of("/b"))));
    assertThat(accepted(Map.of(), "exec", "--nvccli", "i", "c").request().mounts().gpu().source())
        .isEqualTo(GpuRequest.Source.CONTAINER_CLI);
    assertThat(accepted(Map.of(), "exec", "--nv", "--no-nv", "i", "c").request().mounts().gpu())
        .isEqualTo(GpuRequest.NONE);
  }

  @Test
  void theEnvironmentStandsInForOptions() {
    Map<String, String> environment =
        Map.of(
            "APPTAINER_CONTAIN", "true",
            "SINGULARITY_NV", "1",
            "SKIFF_PWD", "/x",
            "SINGULARITY_CWD", "/y",
            "APPTAINER_NO_HOME", "F",
            "APPTAINER_APPNAME", "",
            "SINGULARITY_TARGET_PWD", "/z");
    ExecRequest request = accepted(environment, "exec", "i", "c").request();
    assertThat(request.mounts().containment()).isEqualTo(Containment.CONTAIN);
    assertThat(request.mounts().gpu().nvidia()).isEqualTo(GpuRequest.Need.WANTED);
    assertThat(request.mounts().without()).isEmpty();
    assertThat(request.process().startDirectory()).contains(new ContainerPath("/x"));
    assertThat(request.process().app()).isEmpty();
  }

  @Test
  void aStartDirectoryThatIsNotAbsoluteBeginsAtTheRoot() {
    ExecRequest request = accepted(Map.of(), "exec", "--pwd", "usr", "i", "c").request();
    assertThat(request.process().startDirectory()).contains(new ContainerPath("/usr"));
  }

  @Test
  void aVariableWithoutANameIsToldAndBlanksBeforeANamePassedOver() {
    RunArguments.Accepted parsed =
        accepted(Map.of(), "exec", "--env", "=x", "--env", "A=1, B=2", "i", "c");
    assertThat(parsed.request().environment().options())
        .extracting(EnvironmentRequest.Variable::name)
        .containsExactly("A", "B");
    assertThat(parsed.warnings()).hasSize(1);
    assertThat(parsed.warnings().getFirst().why()).isEqualTo("variable name missing");
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() {
    Map<String, String> environment = Map.of("APPTAINER_PWD", "/env", "APPTAINER_CONTAIN", "1");
    ExecRequest request =
        accepted(environment, "exec", "--pwd", "/flag", "--contain=false", "i", "c").request();
    assertThat(request.process().startDirectory()).contains(new ContainerPath("/flag"));
    assertThat(request.mounts().containment()).isEqualTo(Containment.NONE);
  }

  @Test
  void skiffWinsOverApptainerOverSingularityAndDifferencesAreTold() {
    Map<String, String> environment =
        Map.of("SKIFF_BIND", "/s", "APPTAINER_BIND", "/a", "SINGULARITY_BIND", "/a");
    RunArguments.Accepted parsed = accepted(environment, "exec", "-B", "/f", "i", "c");
    assertThat(parsed.request().mounts().binds())
        .extracting(bind -> bind.target() + " " + bind.origin())
        .containsExactly("/f --bind", "/s SKIFF_BIND");
    assertThat(parsed.warnings())
        .isNotEmpty()
        .allSatisfy(warning -> assertThat(warning.what()).contains("have different values"));
  }

  @Test
  void bindsOfTheEnvironmentFollowThoseOfTheOptions() {
    Map<String, String> environment =
        Map.of(
            "SINGULARITY_BIND", "/a:/b,/c:/d:ro",
            "APPTAINER_BINDPATH", "/e",
            "APPTAINER_MOUNT", "type=bind,src=/m,dst=/n\ntype=bind,src=/o,dst=/p,ro\n");
    assertThat(accepted(environment, "exec", "-B", "/a:/c", "i", "c").request().mounts().binds())
        .extracting(bind -> bind.target() + " " + bind.access())
        .containsExactly(
            "/c READ_WRITE",
            "/b READ_WRITE",
            "/d READ_ONLY",
            "/e READ_WRITE",
            "/n READ_WRITE",
            "/p READ_ONLY");
  }

  @Test
  void variablesComeFromPrefixesAndOptions() {
    Map<String, String> environment =
        Map.of(
            "SINGULARITYENV_A", "s",
            "APPTAINERENV_A", "a",
            "SKIFFENV_B", "k",
            "APPTAINERENV_HOME", "/x",
            "APPTAINERENV_BAD-NAME", "x");
    RunArguments.Accepted parsed =
        accepted(
            environment,
            "exec",
            "--env",
            "C=1,D=2",
            "--env",
            "E=x,y",
            "--env",
            "\"F=p,q\",G=",
            "i",
            "c");
    assertThat(parsed.request().environment().prefixed())
        .containsExactly(new Variable("A", "a"), new Variable("B", "k"));
    assertThat(parsed.request().environment().options())
        .containsExactly(
            new Variable("C", "1"),
            new Variable("D", "2"),
            new Variable("E", "x,y"),
            new Variable("F", "p,q"),
            new Variable("G", ""));
    assertThat(parsed.warnings())
        .extracting(Problem::what)
        .containsExactlyInAnyOrder(
            "APPTAINERENV_A and SINGULARITYENV_A have different values, using the former",
            "the HOME of APPTAINERENV_HOME is not passed on",
            "'APPTAINERENV_BAD-NAME' is not passed on");
  }

  @Test
  void instancesHaveANameAfterTheImageAndNumbersOfTheirOwn() {
    RunArguments.Accepted parsed =
        accepted(Map.of(), "-q", "instance", "start", "--no-pid", "a.sif", "db", "-x", "y");
    assertThat(parsed.wordsBeforeArguments()).isEqualTo(6);
    assertThat(parsed.request().arguments()).containsExactly("-x", "y");
    assertThat(parsed.request().instance().orElseThrow().name().text()).isEqualTo("db");
    assertThat(parsed.request().process().isolation().pid()).isTrue();
    assertThat(RunArguments.verb(new String[] {"instance", "list"})).isNull();
    assertThat(RunArguments.verb(new String[] {"instance"})).isNull();
    assertThat(parse(Map.of(), "instance", "start", "a.sif"))
        .isInstanceOf(RunArguments.Rejected.class);
    assertThat(parse(Map.of(), "instance", "run", "instance://a", "b"))
        .isInstanceOf(RunArguments.Rejected.class);
  }

  @Test
  void twoLettersMeanSomethingElseInFrontOfTheCommand() {
    assertThat(request("-s", "exec", "i", "c").output().verbosity())
        .isEqualTo(ExecRequest.Verbosity.SILENT);
    assertThat(parse(Map.of(), "-c", "file", "exec", "i", "c"))
        .isInstanceOf(RunArguments.Rejected.class);
  }

  @Test
  void homesAndDeclinedMountsAreRead() {
    MountRequest mounts =
        request("exec", "-H", "me:/home/x", "--no-mount", "tmp,sys,bind-paths,hostfs", "i", "c")
            .mounts();
    assertThat(mounts.home())
        .isEqualTo(new HomeSpec.Given(Path.of("me"), new ContainerPath("/home/x")));
    assertThat(mounts.without())
        .isEqualTo(
            Set.of(DefaultMount.TMP, DefaultMount.SYS, DefaultMount.HOSTS, DefaultMount.LOCALTIME));
    assertThat(request("exec", "--no-home", "i", "c").mounts().without())
        .containsExactly(DefaultMount.HOME);
  }

  @Test
  void aShellIgnoresFurtherWordsWithAWarning() {
    RunArguments.Accepted parsed = accepted(Map.of(), "shell", "-s", "/bin/zsh", "i", "x");
    assertThat(parsed.request().arguments()).isEmpty();
    assertThat(parsed.request().process().shell()).contains("/bin/zsh");
    assertThat(parsed.warnings()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void everyOptionIsUnderstoodUnderEachOfItsNames(RunOption option) {
    Verb verb =
        switch (option) {
          case SHELL -> Verb.SHELL;
          case PID_FILE -> Verb.INSTANCE_START;
          default -> Verb.EXEC;
        };
    for (String name : option.names()) {
      List<String> words = new ArrayList<>(List.of(verb.words().split(" ", -1)));
      words.add(name);
      if (option.takesValue()) {
        words.add(
            switch (option) {
              case MOUNT -> "type=bind,src=/a,dst=/b";
              case ENV -> "A=1";
              case NETWORK -> "none";
              case TMPFS_SIZE -> "64M";
              case HOSTNAME -> "name";
              case DNS -> "9.9.9.9,2620:fe::fe";
              case SECURITY -> "uid:5";
              default -> "/some";
            });
      }
      words.addAll(List.of("image", "command"));
      RunArguments.Accepted parsed = accepted(Map.of(), words.toArray(new String[0]));
      assertThat(parsed.request().image()).as(name).isEqualTo("image");
    }
  }

  @Test
  void everyRefusedOptionIsNamedWithWhatToUseInstead() {
    for (RefusedOption option : RefusedOption.all()) {
      List<String> words = new ArrayList<>(List.of("exec", option.spelling()));
      if (option.takesValue()) {
        words.add("value");
      }
      words.addAll(List.of("image", "command"));
      assertThat(problems(Map.of(), words.toArray(new String[0])))
          .as(option.spelling())
          .isEqualTo(
              "error: cannot use '"
                  + option.spelling()
                  + "'\n  why: it is an option of Apptainer that Skiff does not have\n  fix: "
                  + option.instead()
                  + "\n");
    }
  }

  @Test
  void underAnothersNameWhatIsHarmlessIsTaken() {
    Map<String, String> shim = Map.of("SKIFF_APPTAINER_OPTIONS", "1");
    List<String> words =
        List.of(
            "--build-config exec --underlay --unsquash --ignore-subuid --ignore-userns",
            "--ignore-fakeroot-command --disable-cache --docker-login --docker-username u",
            "--docker-password p --tmpdir=/fast i.sif c");
    String[] typed = String.join(" ", words).split(" ", -1);
    RunArguments.Accepted parsed = accepted(shim, typed);
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.request().image()).isEqualTo("i.sif");
    assertThat(parsed.request().fetching().variables())
        .containsEntry("SKIFF_TMPDIR", "/fast")
        .containsEntry("SKIFF_DOCKER_USERNAME", "u")
        .containsEntry("SKIFF_DOCKER_PASSWORD", "p");
    assertThat(problems(shim, "exec", "--memory", "1G", "i", "c")).contains("srun");
    assertThat(problems(Map.of(), typed)).contains("--underlay").contains("--tmpdir");
    Map<String, String> off = Map.of("SKIFF_APPTAINER_OPTIONS", "0");
    assertThat(problems(off, "exec", "--underlay", "i", "c")).contains("--underlay");
  }

  @Test
  void underAnothersNameWhatHasNoEffectIsTold() {
    Map<String, String> shim =
        Map.of("SKIFF_APPTAINER_OPTIONS", "1", "APPTAINER_IGNORE_SUBUID", "1");
    String line = "run --fakeroot --disable-cache --runscript-timeout 5s docker://debian";
    assertThat(accepted(shim, line.split(" ", -1)).warnings())
        .extracting(Problem::what)
        .containsExactly(
            "--disable-cache has no effect",
            "--runscript-timeout has no effect",
            "--ignore-subuid has no effect");
    assertThat(accepted(shim, "exec", "i.sif", "true").warnings()).isEmpty();
    assertThat(
            accepted(shim, "exec", "--docker-login", "docker://debian", "true")
                .request()
                .fetching()
                .variables())
        .containsEntry("SKIFF_DOCKER_LOGIN", "1");
  }

  @Test
  void eachMistakeHasItsWords() throws IOException {
    StringBuilder text = new StringBuilder();
    mistake(text, "exec");
    mistake(text, "run", "-e");
    mistake(text, "exec", "i.sif");
    mistake(text, "exec", "--bnid", "/a", "i", "c");
    mistake(text, "exec", "--nothing-like-it", "i", "c");
    mistake(text, "exec", "-Z", "i", "c");
    mistake(text, "exec", "-s", "/bin/sh", "i", "c");
    mistake(text, "exec", "--bind");
    mistake(text, "exec", "-B", "a:b:bad", "i", "c");
    mistake(text, "exec", "-B", "/a:/b:bad", "i", "c");
    mistake(text, "exec", "-B", "rel", "i", "c");
    mistake(text, "exec", "-B", "/a:/b:ro:x", "i", "c");
    mistake(text, "exec", "-B", "/a:/b:image-src=", "i", "c");
    mistake(text, "exec", "--mount", "type=bind,src=/a,dst=/b,id=0", "i", "c");
    mistake(text, "exec", "--overlay", "/a:ro", "--writable", "i", "c");
    mistake(text, "exec", "--tmpfs-size", "5X", "i", "c");
    mistake(text, "exec", "-B", ":/b", "i", "c");
    mistake(text, "exec", "--mount", "type=tmpfs,dst=/x", "i", "c");
    mistake(text, "exec", "--mount", "type=bind,src=/x", "i", "c");
    mistake(text, "exec", "--mount", "type=bind,foo=1", "i", "c");
    mistake(text, "exec", "--mount", "type=bind,\"src=/x", "i", "c");
    mistake(text, "exec", "--mount", "type=bind,src=/x,dst=y", "i", "c");
    mistake(text, "exec", "-H", "a:/b:c", "i", "c");
    mistake(text, "exec", "-H", "rel", "i", "c");
    mistake(text, "exec", "--env", "A", "i", "c");
    mistake(text, "exec", "--env", "A-B=1", "i", "c");
    mistake(text, "exec", "--env", "A=1,B=2,C", "i", "c");
    mistake(text, "exec", "--hostname", "-x", "i", "c");
    mistake(text, "exec", "--network", "bridge", "i", "c");
    mistake(text, "exec", "--dns", "1.2.3,nope", "i", "c");
    mistake(text, "exec", "--contain=maybe", "i", "c");
    mistake(text, "exec", "-w", "--writable-tmpfs", "i", "c");
    mistake(text, "exec", "--nv=perhaps", "i", "c");
    mistake(text, "exec", "-B", "rel", "-S", "", "--intel-hpu", "i", "c");
    text.append("$ APPTAINER_CONTAIN=yes skiff exec i c\n");
    text.append(problems(Map.of("APPTAINER_CONTAIN", "yes"), "exec", "i", "c"));
    GoldenText.check("request/mistakes.txt", text.toString());
  }

  private static void mistake(StringBuilder text, String... words) {
    text.append("$ skiff ").append(String.join(" ", words)).append('\n');
    text.append(problems(Map.of(), words)).append('\n');
  }

  @Test
  void overlaysAreReadInTheirOrder() {
    assertThat(request("exec", "-o", "a,b:ro", "--overlay=c:rw", "i", "c").mounts().overlays())
        .containsExactly(
            new OverlaySpec(Path.of("a"), SetupStep.Access.READ_WRITE),
            new OverlaySpec(Path.of("b"), SetupStep.Access.READ_ONLY),
            new OverlaySpec(Path.of("c"), SetupStep.Access.READ_WRITE));
  }

  @Test
  void aBindMayNameWhatLiesInAnImage() {
    assertThat(request("exec", "-B", "a.sif:/b:image-src=/x,id=3,ro,/c", "i", "c").mounts().binds())
        .extracting(BindSpec::place)
        .containsExactly(new BindSpec.ImagePlace("/x", 3), new BindSpec.HostPlace());
    assertThat(
            request("exec", "--mount", "type=bind,src=a,dst=/b,image-src=/x", "i", "c")
                .mounts()
                .binds())
        .extracting(BindSpec::place)
        .containsExactly(new BindSpec.ImagePlace("/x", 0));
  }

  @Test
  void sizesAreReadWithTheirUnit() {
    assertThat(request("exec", "--tmpfs-size", "3G", "i", "c").mounts().memoryBytes())
        .isEqualTo(3L << 30);
    for (String bad : new String[] {"", "G", "-1G", "1", "99999999999999999T", "4 G", "0"}) {
      assertThat(MemorySize.parse(bad)).as(bad).isEqualTo(-1);
    }
    assertThat(MemorySize.parse("1048576")).isEqualTo(1 << 20);
  }
}
