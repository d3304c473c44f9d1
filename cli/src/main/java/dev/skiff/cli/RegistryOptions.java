package dev.skiff.cli;

import dev.skiff.runtime.config.ConfigFile;
import dev.skiff.runtime.config.SkiffConfig;
import java.util.Map;
import picocli.CommandLine.Option;

/// How registries are spoken to.
final class RegistryOptions {

  @Option(names = "--no-https", description = "Speak plain http to the registry that is named.")
  private boolean plain;

  SkiffConfig config(Map<String, String> environment) {
    return ConfigFile.load(environment);
  }

  boolean plainHttp() {
    return plain;
  }
}
