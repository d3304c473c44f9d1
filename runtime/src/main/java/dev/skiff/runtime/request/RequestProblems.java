package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import java.nio.file.Path;

/// Every problem that a command line can have, worded in one place.
final class RequestProblems {

  private RequestProblems() {}

  static Problem unknownOption(String spelling, String nearest) {
    return new Problem(
        "unknown option '" + spelling + "'",
        "skiff exec, run, shell and test have no such option",
        nearest.isEmpty()
            ? "see skiff exec --help; words for the program stand after the image"
            : "write " + nearest + ", or put it after the image if it is for the program");
  }

  static Problem refusedOption(RefusedOption option) {
    return new Problem(
        "cannot use '" + option.spelling() + "'",
        "it is an option of Apptainer that Skiff does not have",
        option.instead());
  }

  static Problem refusedVariable(String name, RefusedOption option) {
    return new Problem(
        name + " has no effect",
        "it stands for " + option.spelling() + ", which Skiff does not have",
        option.instead());
  }

  static Problem wrongVerb(RunOption option, Verb verb) {
    return new Problem(
        "cannot use '" + option.spelling() + "' with skiff " + verb.word(),
        "it belongs to " + owner(option),
        "leave it out, or run " + owner(option));
  }

  private static String owner(RunOption option) {
    return option.belongsTo(Verb.SHELL) ? "skiff shell" : "skiff instance start and run";
  }

  static Problem noName(String image) {
    return new Problem(
        "the instance lacks a name",
        "no word follows the image '" + image + "'",
        "write skiff instance start " + image + " NAME [ARGUMENT...]");
  }

  static Problem instanceOfInstance(String reference) {
    return new Problem(
        "cannot start an instance of '" + reference + "'",
        "it is an instance already",
        "name its image, or go into it with skiff exec " + reference + " COMMAND");
  }

  static Problem mountsOfInstance(RunOption option, String instance) {
    return new Problem(
        "cannot use '" + option.spelling() + "' with '" + instance + "'",
        "a running instance keeps the mounts that it was started with",
        "give the option to skiff instance start");
  }

  static Problem missingValue(String spelling, RunOption option) {
    return new Problem(
        "option '" + spelling + "' lacks its value",
        "it is the last word, and " + option.label() + " was wanted after it",
        "write " + spelling + " " + option.label());
  }

  static Problem noImage(Verb verb) {
    return new Problem(
        "skiff " + verb.words() + " lacks an image",
        "no word is left after the options",
        "write skiff "
            + verb.words()
            + " IMAGE"
            + (verb.isInstance() ? " NAME" : "")
            + (verb == Verb.EXEC ? " COMMAND [ARGUMENT...]" : ""));
  }

  static Problem noCommand(String image) {
    return new Problem(
        "skiff exec lacks a command",
        "no word follows the image '" + image + "'",
        "write skiff exec " + image + " COMMAND [ARGUMENT...], or skiff run " + image);
  }

  static Problem notABoolean(String source, String value) {
    return new Problem(
        "unable to set '" + source + "' to value '" + value + "'",
        "it is a switch: 1, t, true, 0, f and false are its values",
        "write " + source + "=true");
  }

  static Problem notANeed(String source, String value) {
    return new Problem(
        "unable to set '" + source + "' to value '" + value + "'",
        "it is a switch: 1, t, true, 0, f, false and require are its values",
        "write " + source + "=require, if nothing is to start without a GPU");
  }

  static Problem bind(String option, String why) {
    return new Problem(
        "cannot bind '" + option + "'",
        why,
        "write SOURCE[:TARGET[:ro|rw]], for example --bind /scratch/run1:/data:ro");
  }

  static Problem mount(String option, String why) {
    return new Problem(
        "cannot mount '" + option + "'",
        why,
        "write type=bind,source=SOURCE,destination=TARGET[,ro], for example"
            + " --mount type=bind,source=/scratch/run1,destination=/data,ro");
  }

  static Problem home(String option, String why) {
    return new Problem(
        "cannot use '" + option + "' as the home directory",
        why,
        "write SOURCE[:TARGET], for example --home /scratch/me:/home/me");
  }

  static Problem path(RunOption option, String value, String why) {
    return new Problem(
        "cannot use '" + value + "' with " + option.spelling(),
        why,
        "write an absolute path, for example " + option.spelling() + " /data");
  }

  static Problem unknownMount(String word) {
    return new Problem(
        "--no-mount names '" + word + "', which is no default mount",
        "the default mounts are proc, sys, dev, devpts, home, tmp, hostfs, cwd, bind-paths,"
            + " /etc/hosts, /etc/localtime and /etc/resolv.conf",
        "leave '" + word + "' out");
  }

  static Problem variable(String pair, String why) {
    return new Problem(
        "cannot set the variable '" + pair + "'",
        why,
        "write NAME=VALUE; a value with a comma stands in quotes with its name: --env '\"A=x,y\"'");
  }

  static Problem skippedVariable(String name) {
    return new Problem(
        "'" + name + "' is not passed on", "no shell can assign to the name", "rename it");
  }

  static Problem namelessVariable(String pair) {
    return new Problem(
        "'" + pair + "' is not passed on", "variable name missing", "write --env NAME=VALUE");
  }

  static Problem homeVariable(String source) {
    return new Problem(
        "the HOME of " + source + " is not passed on",
        "Overriding HOME environment variable with " + source + " is not permitted",
        "use --home SOURCE:TARGET");
  }

  static Problem ignoredFileVariable(String name) {
    return new Problem(
        "Ignored environment file variable " + name + ": override from --env",
        "--env sets it too, and wins",
        "leave it out of one of them");
  }

  static Problem environmentFile(Path file, int line, String why) {
    return new Problem(
        "cannot use the environment file '" + file + "'",
        "line " + line + ": " + why,
        "write NAME=VALUE on each line, with quotes around a value that holds blanks");
  }

  static Problem differentTwins(String used, String ignored) {
    return new Problem(
        used + " and " + ignored + " have different values, using the former",
        "both stand for the same option",
        "unset " + ignored);
  }

  static Problem hostName(String name) {
    return new Problem(
        "cannot set the host name",
        "'" + name + "' is not a valid hostname",
        "use letters, digits, dots and hyphens, at most 63 between two dots");
  }

  static Problem network(String kind) {
    return new Problem(
        "cannot use the network '" + kind + "'",
        "without root, a container has the host's network or none",
        "write --network none, or leave it out");
  }

  static Problem nameServer(String address) {
    return new Problem(
        "cannot use the name server '" + address + "'",
        "dns ip " + address + " is not a valid IP address",
        "write addresses, for example --dns 9.9.9.9,2620:fe::fe");
  }

  static Problem security(String context, String why) {
    return new Problem(
        "cannot use '" + context + "' with --security",
        why,
        "write uid:N, gid:N, seccomp:FILE, apparmor:PROFILE or selinux:LABEL, for example"
            + " --security uid:1000");
  }

  static Problem unknownCapability(String name, String origin) {
    return new Problem(
        origin + " passes over '" + name + "'",
        "Linux has no such capability",
        "write names such as CAP_NET_RAW, see capabilities(7)");
  }

  static Problem memorySize(String text, String origin) {
    return new Problem(
        "cannot use the size '" + text + "' of " + origin,
        "it is no number with K, M, G or T behind it, or less than 1M",
        "write a size such as --tmpfs-size 4G");
  }

  static Problem together(String one, String other) {
    return new Problem(
        "cannot use " + one + " together with " + other,
        "they contradict each other",
        "leave one of them out");
  }

  static Problem ignoredArguments() {
    return new Problem(
        "the words after the image are not used",
        "skiff shell starts a shell and nothing else",
        "use skiff exec IMAGE COMMAND [ARGUMENT...]");
  }
}
