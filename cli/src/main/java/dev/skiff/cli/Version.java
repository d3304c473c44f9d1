package dev.skiff.cli;

import dev.skiff.builder.SkiffVersion;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class Version implements IVersionProvider {

  static String number() {
    return SkiffVersion.number();
  }

  @Override
  public String[] getVersion() {
    return new String[] {"skiff version " + number()};
  }
}
