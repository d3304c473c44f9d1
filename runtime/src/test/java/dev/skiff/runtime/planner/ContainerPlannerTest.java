package dev.skiff.runtime.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.host.HostFacts.Account;
import dev.skiff.runtime.host.HostFacts.Group;
import dev.skiff.runtime.host.HostFacts.ImageMount;
import dev.skiff.runtime.host.SecurityFacts;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.PlanText;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.GoldenText;
import dev.skiff.runtime.request.RunArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ContainerPlannerTest {

  private static final ImageFacts SIF =
      new ImageFacts(
          Path.of("/images/g.sif"),
          "g.sif",
          new ImageFacts.Squashfs(Path.of("/images/g.sif"), 36864, 1097728));
  private static final ImageFacts SANDBOX =
      new ImageFacts(
          Path.of("/images/box"),
          "box",
          new ImageFacts.Tree(Path.of("/images/box"), ImageFacts.Ownership.SANDBOX));

  private static HostFacts host(String directory, String physical, GpuFindings gpu) {
    return host(directory, physical, gpu, "");
  }

  private static HostFacts host(
      String directory, String physical, GpuFindings gpu, String serverDirectory) {
    return new HostFacts(
        new Account(
            1000,
            1000,
            "alice",
            Path.of("/home/alice"),
            "/bin/bash",
            List.of(new Group("alice", 1000), new Group("gpu", 44))),
        Map.of(
            "PATH",
            "/usr/bin:/bin",
            "HOME",
            "/home/alice",
            "TERM",
            "xterm",
            "PWD",
            directory,
            "LD_LIBRARY_PATH",
            "/opt/lib",
            "SLURM_JOB_ID",
            "7",
            "APPTAINER_BIND",
            "/x",
            serverDirectory.isEmpty() ? "odd.name" : "PMIX_SERVER_TMPDIR",
            serverDirectory.isEmpty() ? "x" : serverDirectory),
        Path.of(directory),
        Path.of(physical),
        "nameserver 9.9.9.9\n",
        List.of(Path.of("/srv"), Path.of("/mnt")),
        ImageMount.FUSE,
        List.of(),
        gpu,
        SecurityFacts.NONE);
  }

  private static final HostFacts HOST = host("/home/alice/p", "/home/alice/p", GpuFindings.NONE);

  private static ContainerPlan plan(HostFacts host, ImageFacts image, String... words) {
    ExecRequest request = ((RunArguments.Accepted) RunArguments.parse(words, Map.of())).request();
    return ContainerPlanner.plan(request, host, image, Volumes.NONE);
  }

  private static ContainerPlan plan(ImageFacts image, Volumes volumes, String... words) {
    ExecRequest request = ((RunArguments.Accepted) RunArguments.parse(words, Map.of())).request();
    return ContainerPlanner.plan(request, HOST, image, volumes);
  }

  private static Volumes.Volume ext(String file) {
    return new Volumes.Volume(Path.of(file), 0, 1 << 26, SetupStep.FileSystem.EXT3);
  }

  private static Volumes.Volume squashfs(String file) {
    return new Volumes.Volume(Path.of(file), 0, 4096, SetupStep.FileSystem.SQUASHFS);
  }

  private static String steps(ContainerPlan plan) {
    String text = PlanText.of(plan);
    return text.substring(0, text.indexOf("script\n"));
  }

  private static void golden(String name, ContainerPlan plan, UnaryOperator<String> view)
      throws IOException {
    GoldenText.check("plans/" + name + ".txt", view.apply(PlanText.of(plan)));
  }

  @Test
  void aPlainExecIsPlannedWhole() throws IOException {
    golden("exec", plan(HOST, SIF, "exec", "g.sif", "echo", "it's", "a b"), text -> text);
  }

  @Test
  void aContainedPlanHasNothingOfTheHost() throws IOException {
    golden(
        "containall",
        plan(
            HOST,
            SIF,
            "exec",
            "-C",
            "--env",
            "A=$HOME,B=it's",
            "--writable-tmpfs",
            "-S",
            "/scratch",
            "--hostname",
            "box",
            "g.sif",
            "true"),
        text -> text);
  }

  @Test
  void eachWordChangesItsSteps() throws IOException {
    StringBuilder text = new StringBuilder();
    HostFacts elsewhere = host("/lustre/run", "/lustre/run", GpuFindings.NONE);
    add(text, HOST, SIF, "exec", "-B", ".:/code", "-B", "output_data:/output_data:ro", "i", "c");
    add(text, HOST, SIF, "exec", "-H", "/scratch/me:/home/x", "--no-mount", "tmp", "i", "c");
    add(text, elsewhere, SIF, "exec", "--no-home", "--dns", "1.1.1.1", "i", "c");
    add(text, elsewhere, SIF, "exec", "-c", "-W", "/tmp/w", "-S", "/data/s", "i", "c");
    add(text, elsewhere, SIF, "exec", "--fakeroot", "--pid", "--net", "i", "c");
    add(text, HOST, SANDBOX, "shell", "box");
    add(text, HOST, SANDBOX, "shell", "--writable", "box");
    GoldenText.check("plans/steps.txt", text.toString());
  }

  private static void add(StringBuilder text, HostFacts host, ImageFacts image, String... words) {
    text.append("$ skiff ").append(String.join(" ", words)).append('\n');
    text.append(steps(plan(host, image, words))).append('\n');
  }

  @Test
  void aGpuIsShownWithItsLibrariesAndInAMinimalDev() throws IOException {
    GpuFindings gpu =
        new GpuFindings(
            List.of(
                shown(GpuFindings.Kind.BINARY, "/usr/bin/nvidia-smi", "/usr/bin/nvidia-smi"),
                shown(
                    GpuFindings.Kind.LIBRARY,
                    "/usr/lib/libcuda.so.1",
                    "/.singularity.d/libs/libcuda.so.1"),
                shown(
                    GpuFindings.Kind.SOCKET,
                    "/var/run/nvidia-persistenced/socket",
                    "/var/run/nvidia-persistenced/socket")),
            List.of(new GpuFindings.Link("/usr/lib/libcuda.so", "libcuda.so.1")),
            List.of(Path.of("/dev/nvidia1"), Path.of("/dev/nvidiactl")),
            Map.of("CUDA_VISIBLE_DEVICES", "0"),
            List.of());
    HostFacts host = host("/home/alice", "/home/alice", gpu);
    golden("nv", plan(host, SIF, "exec", "--nv", "-c", "i", "c"), ContainerPlannerTest::before);
    assertThat(plan(host, SIF, "exec", "--nv", "i", "c").payload().script())
        .contains("skiff_set CUDA_VISIBLE_DEVICES");
  }

  private static GpuFindings.Shown shown(GpuFindings.Kind kind, String source, String target) {
    return new GpuFindings.Shown(kind, Path.of(source), target, "--nv");
  }

  private static String before(String text) {
    return text.substring(0, text.indexOf("script\n"));
  }

  @Test
  void aWorkingDirectoryBehindASymbolicLinkIsShownAtItsLogicalName() {
    HostFacts host = host("/scratch/run", "/lustre/alice/run", GpuFindings.NONE);
    assertThat(plan(host, SIF, "exec", "i", "c").setup())
        .contains(
            new SetupStep.Bind(
                Path.of("/lustre/alice/run"),
                new dev.skiff.runtime.plan.ContainerPath("/scratch/run"),
                SetupStep.Access.READ_WRITE,
                SetupStep.Missing.WARN,
                "working directory"));
  }

  @Test
  void aWorkingDirectoryThatIsVisibleAlreadyIsNotBoundAgain() {
    for (String directory : List.of("/home/alice/deep", "/tmp/x", "/usr", "/proc/1", "/")) {
      HostFacts host = host(directory, directory, GpuFindings.NONE);
      assertThat(steps(plan(host, SIF, "exec", "i", "c")))
          .as(directory)
          .doesNotContain("working directory");
    }
    HostFacts host = host("/data/run", "/data/run", GpuFindings.NONE);
    assertThat(steps(plan(host, SIF, "exec", "-B", "/other:/data", "i", "c")))
        .doesNotContain("working directory");
  }

  @Test
  void whatSlurmsServerKeepsForRanksIsShownWhereNothingElseShowsIt() {
    HostFacts hidden = host("/srv", "/srv", GpuFindings.NONE, "/var/spool/slurmd/pmix.7.0/");
    assertThat(plan(hidden, SIF, "exec", "i", "c").setup())
        .contains(
            new SetupStep.Bind(
                Path.of("/var/spool/slurmd"),
                new dev.skiff.runtime.plan.ContainerPath("/var/spool/slurmd"),
                SetupStep.Access.READ_WRITE,
                SetupStep.Missing.SKIP,
                "default"));
    for (String server :
        List.of("/tmp/slurm/pmix.7.0", "/var/tmp/pmix.7.0", "/etc/x", "/pmix.7.0", "pmix.7.0")) {
      HostFacts shown = host("/srv", "/srv", GpuFindings.NONE, server);
      assertThat(plan(shown, SIF, "exec", "i", "c").setup())
          .as(server)
          .isEqualTo(plan(host("/srv", "/srv", GpuFindings.NONE), SIF, "exec", "i", "c").setup());
    }
  }

  @Test
  void whatThePersonShowsAtResolvConfIsNotCovered() {
    HostFacts host = host("/home/alice", "/home/alice", GpuFindings.NONE);
    assertThat(steps(plan(host, SIF, "exec", "i", "c"))).contains("nameserver 9.9.9.9");
    assertThat(steps(plan(host, SIF, "exec", "-B", "/h:/etc/resolv.conf", "i", "c")))
        .doesNotContain("nameserver");
  }

  @Test
  void nameServersAreShownWhereTheImageHasNoSuchFileButNothingLastingIsMade() {
    HostFacts host = host("/home/alice", "/home/alice", GpuFindings.NONE);
    assertThat(steps(plan(host, SANDBOX, "exec", "i", "c"))).contains("/etc/resolv.conf:");
    assertThat(steps(plan(host, SANDBOX, "exec", "-w", "i", "c")))
        .contains("/etc/resolv.conf if present:");
    assertThat(steps(plan(host, SIF, "exec", "-B", "/h:/etc", "i", "c")))
        .contains("/etc/resolv.conf if present:");
  }

  @Test
  void theSessionAvoidsWhatIsBound() {
    assertThat(steps(plan(HOST, SIF, "exec", "-B", "/srv/data:/d", "i", "c")))
        .contains("session   /mnt ");
    assertThatThrownBy(
            () -> plan(HOST, SIF, "exec", "-B", "/srv/data:/d", "-B", "/mnt/a:/e", "i", "c"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().why()).contains("no host directory is free"));
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatThrownBy(() -> plan(HOST, SIF, "exec", "-w", "i", "c"))
        .hasMessageContaining("no SIF writable overlay partition found in /images/g.sif");
    ImageFacts root =
        new ImageFacts(
            Path.of("/"), "/", new ImageFacts.Tree(Path.of("/"), ImageFacts.Ownership.SANDBOX));
    assertThatThrownBy(() -> plan(HOST, root, "exec", "/", "c"))
        .hasMessageContaining("cannot use '/' as an image");
  }

  @Test
  void whatAnImageSaysInAnotherFormIsAddedBeforeAnythingIsShownInIt() {
    ContainerPath runscript = new ContainerPath("/.singularity.d/runscript");
    ImageFacts image =
        new ImageFacts(
            SIF.path(),
            SIF.name(),
            SIF.root(),
            List.of(new ImageFacts.AddedFile(runscript, "#!/bin/sh\n")),
            List.of());
    List<SetupStep> steps = plan(HOST, image, "run", "i").setup();
    int added = steps.indexOf(new SetupStep.AddFile(runscript, "#!/bin/sh\n", 0755));
    assertThat(steps.get(added - 1)).isInstanceOf(SetupStep.MountOverlay.class);
    assertThat(plan(HOST, SIF, "run", "i").setup()).noneMatch(SetupStep.AddFile.class::isInstance);
  }

  @Test
  void overlaysLieAboveTheImageInTheirOrder() throws IOException {
    Volumes volumes =
        new Volumes(
            List.of(
                new Volumes.DirectoryOverlay(Path.of("/data/seen"), true, Access.READ_ONLY),
                new Volumes.VolumeOverlay(squashfs("/data/b.sqfs"), Access.READ_ONLY),
                new Volumes.VolumeOverlay(ext("/data/c.img"), Access.READ_WRITE)),
            List.of(new Volumes.Bound(ext("/data/d.img"), Access.READ_WRITE)),
            List.of());
    ContainerPlan plan =
        plan(SIF, volumes, "exec", "-B", "/data/d.img:/d:image-src=x,rw", "i", "c");
    GoldenText.check("plans/overlays.txt", steps(plan));
    assertThat(plan.setup()).noneMatch(SetupStep.SealRoot.class::isInstance);
    assertThat(plan.notices())
        .extracting(Problem::what)
        .containsExactly("what is bound out of '/data/d.img' cannot be written to");
  }

  @Test
  void anImagesOwnOverlayIsReadUnlessTheImageIsWritten() {
    ImageFacts image =
        new ImageFacts(
            SIF.path(), SIF.name(), SIF.root(), List.of(), List.of(ext("/images/g.sif")));
    assertThat(steps(plan(image, Volumes.NONE, "exec", "i", "c")))
        .contains("ext3) on /srv/volume0 ro by FUSE, or warn")
        .contains("overlay   /srv/volume0/upper:/srv/image below /srv/upper on /srv/root")
        .contains("seal");
    assertThat(steps(plan(image, Volumes.NONE, "exec", "-w", "i", "c")))
        .contains("ext3) on /srv/volume0 rw by FUSE, or fail")
        .contains("overlay   /srv/image below /srv/volume0/upper on /srv/root")
        .doesNotContain("seal");
  }

  @Test
  void changesHaveOnePlaceToGo() {
    Volumes.Overlay one = new Volumes.DirectoryOverlay(Path.of("/one"), false, Access.READ_WRITE);
    Volumes.Overlay two = new Volumes.VolumeOverlay(ext("/two"), Access.READ_WRITE);
    assertThatThrownBy(
            () -> plan(SIF, new Volumes(List.of(one, two), List.of(), List.of()), "exec", "i", "c"))
        .hasMessageContaining("both --overlay /one and --overlay /two would take them");
    Volumes alone = new Volumes(List.of(one), List.of(), List.of());
    assertThatThrownBy(() -> plan(SIF, alone, "exec", "--writable-tmpfs", "i", "c"))
        .hasMessageContaining("both --writable-tmpfs and --overlay /one would take them");
    assertThat(steps(plan(SIF, alone, "exec", "--compat", "i", "c")))
        .contains("below /srv/volume0/upper");
  }

  @Test
  void theFirstBindOfATargetCounts() {
    ContainerPlan plan = plan(HOST, SIF, "exec", "-B", "/a:/x,/b:/y/../x,/c:/", "i", "c");
    assertThat(plan.notices())
        .extracting(Problem::what)
        .containsExactly(
            "'/b' is not bound on '/y/../x' (--bind)", "'/c' is not bound on '/' (--bind)");
    assertThat(steps(plan)).contains("/a on /x ").doesNotContain("/b on", "/c on");
  }

  @Test
  void memoryIsBoundedBySettingOrByHalf() {
    assertThat(steps(plan(HOST, SIF, "exec", "-S", "/s", "i", "c")))
        .contains("session   /srv holds at most half the memory")
        .contains("/s mode 0755, at most half the memory");
    assertThat(steps(plan(HOST, SIF, "exec", "--tmpfs-size", "3M", "-S", "/s", "i", "c")))
        .contains("session   /srv holds at most 3145728 bytes")
        .contains("/s mode 0755, at most 3145728 bytes");
  }

  @Test
  void filesOfVariablesGiveWayToOptions() {
    HostFacts host =
        new HostFacts(
            HOST.account(),
            HOST.environment(),
            HOST.directory(),
            HOST.physicalDirectory(),
            "",
            HOST.sessionCandidates(),
            ImageMount.LOOP,
            List.of(
                new HostFacts.FileText(Path.of("a.env"), "F1=file\nF2=\"$F1 $TERM\"\nHOME=/x\n")),
            GpuFindings.NONE,
            SecurityFacts.NONE);
    ContainerPlan plan =
        plan(host, SIF, "exec", "--env-file", "a.env", "--env", "F1=opt", "i", "c");
    assertThat(plan.notices())
        .extracting(Problem::what)
        .containsExactly(
            "Ignored environment file variable F1: override from --env",
            "the HOME of a.env is not passed on");
    assertThat(plan.payload().script())
        .contains("skiff_set F2 ''\\''file xterm'\\'''\n", "skiff_set F1 '\"opt\"'\n")
        .doesNotContain("skiff_set HOME");
    assertThat(steps(plan)).contains("by loop device");
  }
}
