package dev.skiff.cli;

import dev.skiff.definitions.problem.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Commands of Apptainer, and of the Singularity before it, that Skiff does not have.
final class RefusedCommand {

  private static final String SIGNATURES =
      "name images by digest, such as docker://NAME@sha256:..., which Skiff checks as it fetches";
  private static final String LIBRARY =
      "keep images in an OCI registry: skiff push FILE oras://HOST/NAME:TAG, skiff pull";
  private static final String RIGHTS =
      "leave it out: a Skiff container never has more rights than its caller";

  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("sign", SIGNATURES),
          Map.entry("verify", SIGNATURES),
          Map.entry("key", SIGNATURES),
          Map.entry("keys", SIGNATURES),
          Map.entry("keyserver", SIGNATURES),
          Map.entry("remote", LIBRARY + "; log in with skiff registry login HOST"),
          Map.entry("search", LIBRARY),
          Map.entry("delete", LIBRARY),
          Map.entry("tag", "push it under the other tag: skiff push FILE oras://HOST/NAME:TAG"),
          Map.entry("plugin", "leave it out; site settings stand in skiff.yaml, see skiff config"),
          Map.entry("capability", RIGHTS),
          Map.entry("caps", RIGHTS),
          Map.entry("oci", "run the image with skiff run or skiff instance start"),
          Map.entry("checkpoint", "let the program write its own state, or use DMTCP inside"),
          Map.entry("completion", "run: skiff generate-completion"),
          Map.entry("bootstrap", "run: skiff build IMAGE DEFINITION"),
          Map.entry("create", "run: skiff build IMAGE DEFINITION, or skiff overlay create FILE"),
          Map.entry("image.create", "run: skiff overlay create FILE"),
          Map.entry("import", "run: skiff build IMAGE docker-archive:FILE"),
          Map.entry("export", "run: skiff build --sandbox DIRECTORY IMAGE"),
          Map.entry("mount", "run: skiff build --sandbox DIRECTORY IMAGE"),
          Map.entry("apps", "run: skiff inspect --list-apps IMAGE"),
          Map.entry("check", "run: skiff inspect IMAGE"),
          Map.entry("instance.start", "run: skiff instance start IMAGE NAME"),
          Map.entry("instance.stop", "run: skiff instance stop NAME"),
          Map.entry("instance.list", "run: skiff instance list"));

  private RefusedCommand() {}

  /// What is wrong with the first word that is no option, if it is one of these; else null.
  static @Nullable Problem of(String[] words) {
    for (String word : words) {
      if (!word.startsWith("-")) {
        String instead = INSTEAD.get(word);
        return instead == null
            ? null
            : new Problem(
                "cannot do 'skiff " + word + "'",
                "it is a command of Apptainer or Singularity that Skiff does not have",
                instead);
      }
    }
    return null;
  }
}
