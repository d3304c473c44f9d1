package dev.skiff.cli;

import java.util.List;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/// The commands below `skiff`. To read the options of all of them takes longer than most commands
/// do: where the words name one, it alone is read.
final class CommandTree {

  /// In the order of the help.
  static final List<Class<?>> ALL =
      List.of(
          BuildCommand.class,
          PullCommand.class,
          PushCommand.class,
          ConvertCommand.class,
          InspectCommand.class,
          RunHelpCommand.class,
          NodesCommand.class,
          ExplainCommand.class,
          TopCommand.class,
          LaunchCommand.class,
          AttachCommand.class,
          SubmitCommand.class,
          PsCommand.class,
          LogsCommand.class,
          WaitCommand.class,
          CancelCommand.class,
          SifCommand.class,
          OverlayCommand.class,
          InstanceCommand.class,
          WithCommand.class,
          CacheCommand.class,
          ConfigCommand.class,
          RegistryCommand.class,
          DefCommand.class,
          GpuCommand.class,
          DoctorCommand.class,
          VersionCommand.class,
          HelpCommand.class,
          GenerateCompletion.class);

  /// Those that stand for themselves, by name.
  static final Map<String, Class<?>> ALONE =
      Map.ofEntries(
          Map.entry("build", BuildCommand.class),
          Map.entry("pull", PullCommand.class),
          Map.entry("push", PushCommand.class),
          Map.entry("convert", ConvertCommand.class),
          Map.entry("inspect", InspectCommand.class),
          Map.entry("run-help", RunHelpCommand.class),
          Map.entry("nodes", NodesCommand.class),
          Map.entry("explain", ExplainCommand.class),
          Map.entry("top", TopCommand.class),
          Map.entry("launch", LaunchCommand.class),
          Map.entry("attach", AttachCommand.class),
          Map.entry("submit", SubmitCommand.class),
          Map.entry("ps", PsCommand.class),
          Map.entry("logs", LogsCommand.class),
          Map.entry("wait", WaitCommand.class),
          Map.entry("cancel", CancelCommand.class),
          Map.entry("sif", SifCommand.class),
          Map.entry("overlay", OverlayCommand.class),
          Map.entry("cache", CacheCommand.class),
          Map.entry("config", ConfigCommand.class),
          Map.entry("registry", RegistryCommand.class),
          Map.entry("def", DefCommand.class),
          Map.entry("gpu", GpuCommand.class),
          Map.entry("doctor", DoctorCommand.class),
          Map.entry("version", VersionCommand.class));

  private CommandTree() {}

  /// The root with the command that the words name, or with all.
  static CommandLine of(RootCommand root, String[] words) {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF); // whatever is wrong we say ourselves
    CommandLine line = new CommandLine(root);
    Class<?> one = ALONE.get(first(words));
    if (one != null) {
      return line.addSubcommand(one);
    }
    ALL.forEach(line::addSubcommand);
    ContainerHelp.addTo(line);
    return line;
  }

  /// The first word that is no option: none of the root's has a value.
  private static String first(String[] words) {
    for (String word : words) {
      if (!word.startsWith("-")) {
        return word;
      }
    }
    return "";
  }
}
