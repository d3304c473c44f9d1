package dev.skiff.runtime.job;

import java.util.List;

/// Where a job may run, and on whose account. Empty texts leave it to the scheduler.
///
/// @param queues partitions of Slurm, any of which will do
/// @param constraint features of nodes, such as `a40|rtx_6000`
/// @param quality of service
/// @param account who is charged
/// @param reservation within which it runs
/// @param node the one machine it must run on
/// @param priority `low`, `normal` or a name of the site's
public record Placement(
    List<String> queues,
    String constraint,
    String quality,
    String account,
    String reservation,
    String node,
    String priority) {

  public static final Placement ANYWHERE = new Placement(List.of(), "", "", "", "", "", "");

  public Placement {
    queues = List.copyOf(queues);
  }
}
