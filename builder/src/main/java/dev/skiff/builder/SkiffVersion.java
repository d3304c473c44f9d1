package dev.skiff.builder;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// Which Skiff this is, as the POM says it: for `skiff version` and for the label of every image.
public final class SkiffVersion {

  private SkiffVersion() {}

  /// The version's number; `unknown` if this was not built by Maven.
  public static String number() {
    try (InputStream in = SkiffVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
