package dev.skiff.runtime.launch;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.script.ShellOfImage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Says which shell carries a payload's script out: the waiting one, or the image's bash. To be
/// asked while the root is complete and not entered yet: a start that is kept looks again, and may
/// still find that the image has changed.
final class PayloadShell {

  private static final int MOST_SCRIPT_BYTES = 1 << 20;
  private static final int TYPE_AND_EXECUTE = 0170111;
  private static final int REGULAR = 0100000;

  private PayloadShell() {}

  /// The script, or one that has bash carry it out.
  ///
  /// @param setup of which the last step enters the root; where none does, nothing is looked at
  static String script(Kernel kernel, List<SetupStep> setup, String script) {
    for (SetupStep step : setup) {
      if (step instanceof SetupStep.EnterRoot enter) {
        int root = kernel.openDirectory(enter.root().toString());
        boolean bash = root >= 0 && wantsBash(kernel, root);
        int _ = kernel.close(root);
        return bash ? ShellOfImage.inBash("", script) : script;
      }
    }
    return script;
  }

  private static boolean wantsBash(Kernel kernel, int root) {
    for (String path : ShellOfImage.SCRIPTS) {
      byte[] text = kernel.readInRoot(root, path, MOST_SCRIPT_BYTES);
      if (text != null && ShellOfImage.isWanted(new String(text, StandardCharsets.ISO_8859_1))) {
        return isProgram(kernel, root, ShellOfImage.BASH);
      }
    }
    return false;
  }

  private static boolean isProgram(Kernel kernel, int root, String path) {
    int found = kernel.openInRoot(root, path, 0);
    if (found < 0) {
      return false;
    }
    int mode = kernel.mode(found);
    int _ = kernel.close(found);
    return (mode & TYPE_AND_EXECUTE) > REGULAR && (mode & 0170000) == REGULAR;
  }
}
