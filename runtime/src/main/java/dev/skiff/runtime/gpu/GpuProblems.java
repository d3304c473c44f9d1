package dev.skiff.runtime.gpu;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.nio.file.Path;

/// What can be wrong with a host's driver, in words.
final class GpuProblems {

  private static final String GPU_NODE =
      "run it where nvidia-smi works, for example with srun --gres=gpu:1";

  private GpuProblems() {}

  static Problem noDriver() {
    return noCompute("--nv found no NVIDIA driver on this host");
  }

  static Problem noComputeLibrary() {
    return noCompute("--nv found parts of an NVIDIA driver, but no libcuda.so");
  }

  private static Problem noCompute(String what) {
    return new Problem(
        what,
        "no library of this machine in /etc/ld.so.cache is named libcuda.so; the program runs"
            + " without a GPU",
        GPU_NODE);
  }

  static Problem noNode() {
    return new Problem(
        "--nv found NVIDIA's libraries, but no GPU",
        "there is no /dev/nvidia0 or the like: no GPU is in this machine or none is part of this"
            + " job, or the kernel module is not loaded; the program runs without a GPU",
        GPU_NODE);
  }

  static Problem otherVersion(String libraries, String module) {
    return new Problem(
        "the NVIDIA driver of this host is of two versions",
        "its libraries are of version "
            + libraries
            + ", the loaded kernel module of "
            + module
            + ": it was updated while in use, and CUDA fails with 'driver/library version mismatch'",
        "ask an administrator to reload the module (rmmod nvidia_uvm nvidia_drm nvidia_modeset"
            + " nvidia && modprobe nvidia) or to restart this node");
  }

  static Problem noRocm() {
    return new Problem(
        "--rocm found no AMD GPU on this host",
        "there is no /dev/kfd; the program runs without a GPU",
        "run it where rocm-smi works, for example with srun --gres=gpu:1");
  }

  static ProblemException required(Problem notice) {
    return new ProblemException(
        new Problem(
            "cannot start the container without a GPU",
            notice.what() + ": " + notice.why().replace("; the program runs without a GPU", ""),
            notice.fix() + "; or take '=require' away from the option"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException noContainerCli(Path path) {
    return new ProblemException(
        new Problem(
            "cannot use --nvccli",
            path.toString().isEmpty()
                ? "there is no nvidia-container-cli on PATH"
                : "'" + path + "' cannot be started",
            "use --nv, which needs no other program, or --device nvidia.com/gpu=all where"
                + " /etc/cdi/nvidia.yaml is"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException containerCliFailed(String said) {
    return new ProblemException(
        new Problem(
            "cannot use --nvccli",
            "nvidia-container-cli failed" + (said.isEmpty() ? "" : ": " + said),
            "use --nv, which needs no other program"),
        ExitCode.NOT_STARTED);
  }
}
