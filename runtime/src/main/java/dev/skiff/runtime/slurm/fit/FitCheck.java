package dev.skiff.runtime.slurm.fit;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.sif.Architecture;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.HostList;
import dev.skiff.runtime.slurm.cluster.Node;
import dev.skiff.runtime.slurm.cluster.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// Holds a request against a cluster. Slurm takes jobs that ask for more time than their partition
/// allows, and lets them wait for ever; of others it does not say what would do instead.
public final class FitCheck {

  private final JobRequest request;
  private final Cluster cluster;
  private final Architecture image;
  private final List<Partition> asked = new ArrayList<>();

  private FitCheck(JobRequest request, Cluster cluster, Architecture image) {
    this.request = request;
    this.cluster = cluster;
    this.image = image;
  }

  /// Why this cluster can never run the job as it is asked for; empty if it can, or nobody knows.
  ///
  /// @param image for which processor the job's image is, if that is known
  public static Optional<Problem> of(JobRequest request, Cluster cluster, Architecture image) {
    return new FitCheck(request, cluster, image).check();
  }

  /// How many nodes of those that a job may have are a machine, and whether it needs others.
  ///
  /// @param host the machine's name
  public static Reach reach(JobRequest request, Cluster cluster, String host) {
    FitCheck check = new FitCheck(request, cluster, Architecture.UNKNOWN);
    check.check();
    String only = request.placement().node();
    List<Node> nodes =
        check.askedNodes().stream()
            .filter(node -> only.isEmpty() || new HostList(only).contains(node.name()))
            .toList();
    return Reach.of(nodes, host, request.resources().nodes());
  }

  private Optional<Problem> check() {
    List<String> names = Asked.queues(request);
    for (String name : names) {
      Optional<Partition> partition = cluster.partition(name);
      if (partition.isEmpty()) {
        return problem(
            "there is no partition '%s'".formatted(name),
            "write one of: " + names(cluster.partitions()));
      }
      asked.add(partition.get());
    }
    if (names.isEmpty()) {
      cluster.defaultPartition().ifPresent(asked::add);
    }
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    return time()
        .or(this::node)
        .or(this::nodes)
        .or(this::gpus)
        .or(this::size)
        .or(this::together)
        .or(this::features)
        .or(this::architecture);
  }

  private Optional<Problem> time() {
    Optional<Duration> time = Asked.time(request);
    if (time.isEmpty() || asked.stream().anyMatch(partition -> partition.allows(time.get()))) {
      return Optional.empty();
    }
    Partition best =
        asked.stream().max((one, other) -> longest(one).compareTo(longest(other))).orElseThrow();
    List<Partition> others =
        cluster.partitions().stream().filter(partition -> partition.allows(time.get())).toList();
    String most = JobAmounts.told(longest(best));
    return problem(
        "the partition '%s' allows at most %s, and %s are asked for"
            .formatted(best.name(), most, JobAmounts.told(time.get())),
        others.isEmpty()
            ? "ask for less: -t %dm".formatted(longest(best).toMinutes())
            : "ask for less, or for a partition that allows it: -q %s".formatted(names(others)));
  }

  private static Duration longest(Partition partition) {
    return partition.longest().orElse(Duration.ofDays(36_500));
  }

  private Optional<Problem> node() {
    String name = request.placement().node();
    boolean single = !name.isEmpty() && name.matches("[A-Za-z0-9._-]+");
    List<Node> named =
        cluster.nodes().stream().filter(node -> single && node.name().equals(name)).toList();
    if (!single || named.stream().anyMatch(askedNodes()::contains)) {
      return Optional.empty();
    }
    return named.isEmpty()
        ? problem("there is no node '%s'".formatted(name), "see their names with: skiff nodes")
        : problem(
            "the node '%s' is not in '%s'".formatted(name, names(asked)),
            "ask for -q " + String.join(",", named.getFirst().partitions()));
  }

  private Optional<Problem> nodes() {
    long wanted = request.resources().nodes();
    long most = asked.stream().mapToLong(this::room).max().orElse(0);
    if (wanted <= most || askedNodes().isEmpty()) {
      return Optional.empty();
    }
    List<Partition> others =
        cluster.partitions().stream().filter(partition -> room(partition) >= wanted).toList();
    return problem(
        "a job in '%s' has at most %s, and %d are asked for"
            .formatted(names(asked), most == 1 ? "one node" : most + " nodes", wanted),
        others.isEmpty()
            ? "ask for less: --nodes %d".formatted(most)
            : "ask for less, or for -q " + names(others));
  }

  /// How many nodes one job of a partition can have.
  private long room(Partition partition) {
    long all = cluster.nodesOf(partition).size();
    return Math.min(all, partition.limits().nodes().orElse(all));
  }

  /// Those of all partitions that the job may run in.
  private List<Node> askedNodes() {
    return asked.stream().flatMap(partition -> cluster.nodesOf(partition).stream()).toList();
  }

  private Optional<Problem> gpus() {
    Resources resources = request.resources();
    if (resources.gpus() == 0) {
      return Optional.empty();
    }
    String type = resources.gpuType();
    List<String> types = cluster.gpuTypes();
    if (!type.isEmpty() && !types.contains(type)) {
      return problem(
          "no node has a GPU of the type '%s'".formatted(type),
          types.isEmpty() ? "leave the type out" : "write one of: " + String.join(", ", types));
    }
    String what = type.isEmpty() ? "GPUs" : "GPUs of the type '%s'".formatted(type);
    return most(what, "", resources.gpus(), node -> node.gpus(type));
  }

  private Optional<Problem> size() {
    Resources resources = request.resources();
    return most("processors", "", resources.cpus(), Node::cpus)
        .or(() -> most("MB of memory", "M", resources.memoryMegabytes(), Node::memoryMegabytes));
  }

  /// Whether one node has all of it: each alone may be had of another one.
  private Optional<Problem> together() {
    Resources wanted = request.resources();
    List<Node> nodes = askedNodes();
    Predicate<Node> enough =
        node ->
            node.cpus() >= wanted.cpus()
                && node.memoryMegabytes() >= wanted.memoryMegabytes()
                && node.gpus(wanted.gpuType()) >= wanted.gpus();
    if (nodes.isEmpty() || nodes.stream().anyMatch(enough)) {
      return Optional.empty();
    }
    return problem(
        "no single node of '%s' has the processors, the memory and the GPUs that are asked for"
            .formatted(names(asked)),
        "ask for less of one of them; skiff nodes shows what each node has");
  }

  /// Whether one node of the partitions has so many.
  ///
  /// @param unit what an option wants behind the number
  private Optional<Problem> most(String what, String unit, long wanted, ToLongFunction<Node> has) {
    List<Node> nodes = askedNodes();
    long most = nodes.stream().mapToLong(has).max().orElse(0);
    if (wanted <= most || nodes.isEmpty()) {
      return Optional.empty();
    }
    Predicate<Partition> enough =
        partition -> cluster.nodesOf(partition).stream().mapToLong(has).max().orElse(0) >= wanted;
    List<Partition> others = cluster.partitions().stream().filter(enough).toList();
    return problem(
        most == 0
            ? "no node of '%s' has %s".formatted(names(asked), what)
            : "no node of '%s' has more than %d %s, and %d are asked for on one node"
                .formatted(names(asked), most, what, wanted),
        others.isEmpty()
            ? "ask for at most %d%s".formatted(most, unit)
            : (most == 0 ? "ask for -q " : "ask for less, or for -q ") + names(others));
  }

  private Optional<Problem> features() {
    String constraint = request.placement().constraint();
    if (!constraint.matches("[A-Za-z0-9_.:-]+([|&][A-Za-z0-9_.:-]+)*")) {
      return Optional.empty(); // counts and brackets are Slurm's to judge
    }
    for (String one : constraint.split("[|&]", -1)) {
      if (cluster.nodes().stream().anyMatch(node -> node.features().contains(one))) {
        continue;
      }
      List<String> known =
          cluster.nodes().stream().flatMap(node -> node.features().stream()).distinct().toList();
      return problem(
          "no node has the feature '%s'".formatted(one),
          known.isEmpty()
              ? "leave --constraint out"
              : "write some of: " + String.join(", ", known));
    }
    if (askedNodes().stream().anyMatch(node -> has(node, constraint))) {
      return Optional.empty();
    }
    List<Partition> others =
        cluster.partitions().stream()
            .filter(one -> cluster.nodesOf(one).stream().anyMatch(node -> has(node, constraint)))
            .toList();
    return others.isEmpty() || askedNodes().isEmpty()
        ? Optional.empty() // '&' may also mean several nodes
        : problem(
            "no node of '%s' has the features '%s'".formatted(names(asked), constraint),
            "ask for -q " + names(others));
  }

  /// Of `a|b` one suffices; of `a&b` it must have all.
  private static boolean has(Node node, String constraint) {
    return Arrays.stream(constraint.split("\\|", -1))
        .anyMatch(all -> node.features().containsAll(Arrays.asList(all.split("&", -1))));
  }

  /// Whether one node of the partitions can run the image's programs.
  private Optional<Problem> architecture() {
    List<Node> nodes = askedNodes();
    if (image == Architecture.UNKNOWN || nodes.isEmpty() || nodes.stream().anyMatch(this::runs)) {
      return Optional.empty();
    }
    List<Partition> others =
        cluster.partitions().stream()
            .filter(partition -> cluster.nodesOf(partition).stream().anyMatch(this::runs))
            .toList();
    return problem(
        "its image is for %s, and the nodes of '%s' are %s"
            .formatted(
                image.goName(),
                names(asked),
                String.join(
                    ", ",
                    nodes.stream().map(node -> node.machine().architecture()).distinct().toList())),
        others.isEmpty()
            ? "build the image for them: skiff build --arch"
            : "ask for -q %s, or build the image for these".formatted(names(others)));
  }

  private boolean runs(Node node) {
    String word = node.machine().architecture();
    return switch (image) {
      case AMD64, X86 -> word.isEmpty() || word.equals("x86_64");
      case ARM64, ARM -> word.isEmpty() || word.equals("aarch64");
      default -> word.isEmpty() || word.equals(image.goName());
    };
  }

  private static String names(List<Partition> partitions) {
    return String.join(",", partitions.stream().map(Partition::name).distinct().toList());
  }

  private Optional<Problem> problem(String why, String fix) {
    return Optional.of(
        new Problem("cannot submit the job '%s'".formatted(request.name()), why, fix));
  }
}
