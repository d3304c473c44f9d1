package dev.skiff.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// Takes the next word as an option's value whatever it looks like: the options of another program
/// begin with dashes as well, and `-comp` is no cluster of ours.
final class VerbatimWord implements IParameterConsumer {

  @Override
  @SuppressWarnings("JdkObsolete") // the parser's own signature
  public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
    if (words.isEmpty()) {
      throw new MissingParameterException(
          command.commandLine(),
          option,
          "missing required parameter: '" + option.paramLabel() + "'");
    }
    String word = words.pop();
    Object before = option.getValue();
    if (before instanceof List<?> list) {
      List<Object> all = new ArrayList<>(list);
      all.add(word);
      var _ = option.setValue(List.copyOf(all));
    } else {
      var _ = option.setValue(Optional.of(word));
    }
  }
}
