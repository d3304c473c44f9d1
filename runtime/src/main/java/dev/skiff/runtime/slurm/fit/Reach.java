package dev.skiff.runtime.slurm.fit;

import dev.skiff.runtime.slurm.cluster.Node;
import java.util.List;

/// Whether a job's nodes see a disk that one machine has for itself.
public enum Reach {
  /// They are that machine.
  SAME_MACHINE,
  /// Nobody can tell.
  PERHAPS,
  /// The job needs at least one node that is another machine.
  ELSEWHERE;

  /// @param nodes that the job may have
  /// @param host that machine's name
  /// @param wanted how many nodes the job has; 0 if nobody said
  static Reach of(List<Node> nodes, String host, long wanted) {
    long here = nodes.stream().filter(node -> isHost(node, host)).count();
    long unknown = nodes.stream().filter(node -> node.machine().hostName().isEmpty()).count();
    if (nodes.isEmpty()) {
      return PERHAPS;
    }
    if (here == nodes.size()) {
      return SAME_MACHINE;
    }
    return here + unknown < Math.max(1, wanted) ? ELSEWHERE : PERHAPS;
  }

  /// Either name may have its domain behind it.
  private static boolean isHost(Node node, String host) {
    return bare(node.machine().hostName()).equals(bare(host));
  }

  private static String bare(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
