package dev.skiff.cli;

import dev.skiff.cli.container.ContainerCommand;
import dev.skiff.cli.output.Terminal;
import dev.skiff.runtime.request.Verb;

/// Help of a container command, printed by picocli. A class without one type of picocli in it:
/// linking it would open every archive on the class path, which takes longer than all the rest of a
/// start.
record HelpOnDemand(Terminal terminal) implements ContainerCommand.Help {

  @Override
  public void print(Verb verb) {
    int _ = RootCommand.execute(helpWords(verb), terminal);
  }

  private static String[] helpWords(Verb verb) {
    return (verb.words() + " --help").split(" ", -1);
  }
}
