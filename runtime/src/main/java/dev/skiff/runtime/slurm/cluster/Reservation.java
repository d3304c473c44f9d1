package dev.skiff.runtime.slurm.cluster;

import java.time.Instant;
import java.util.Optional;

/// Nodes that are set aside for a time.
///
/// @param nodes in Slurm's short form, such as `n[1-4]`
/// @param isMaintenance whether nobody gets them
/// @param users who may use it, comma-separated; may be empty
/// @param accounts whose members may; may be empty
public record Reservation(
    String name,
    Optional<Instant> start,
    Optional<Instant> end,
    String nodes,
    boolean isMaintenance,
    String users,
    String accounts) {}
