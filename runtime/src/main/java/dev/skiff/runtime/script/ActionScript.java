package dev.skiff.runtime.script;

import dev.skiff.runtime.plan.ShellText;
import dev.skiff.runtime.request.Verb;

/// What the payload becomes once its environment stands: the second half of a payload's script,
/// which ends in `exec`. Its positional parameters are the payload's words.
///
/// @param root what stands before every path of the image; empty once it is the root
/// @param app the SCIF application, or nothing
/// @param shell the program of `skiff shell`, or nothing
/// @param remarks whether it says that an image has no script
public record ActionScript(String root, Verb verb, String app, String shell, Remarks remarks) {

  /// Whether something is said that is no problem.
  public enum Remarks {
    SPOKEN,
    UNSPOKEN
  }

  /// The shell text.
  public String text() {
    StringBuilder script = new StringBuilder(2048);
    script.append("skiff_app=").append(ShellText.literal(app)).append('\n');
    script.append("skiff_remark() { ");
    script.append(remarks == Remarks.SPOKEN ? "printf 'info: %s\\n' \"$1\" >&2; }\n" : ":; }\n");
    script.append(FUNCTIONS);
    switch (verb) {
      case EXEC -> script.append(EXEC);
      case RUN, INSTANCE_RUN -> script.append(RUN);
      case INSTANCE_START -> script.append(START);
      case TEST -> script.append(TEST);
      case SHELL -> shell(script);
    }
    return script.toString();
  }

  private void shell(StringBuilder script) {
    script.append("skiff_shell=").append(ShellText.literal(shell)).append('\n');
    script.append(SHELL);
  }

  /// `exec` itself would only say that something was not found; the trap on exit, which a
  /// successful `exec` drops, says what it was.
  private static final String FUNCTIONS =
      """
      skiff_end() { # what, why, fix, exit status
        printf 'error: %s\\n  why: %s\\n  fix: %s\\n' "$1" "$2" "$3" >&2
        trap - 0
        [ "$4" = 1 ] || exit "${skiff_status:-$4}"
        exit 1
      }
      skiff_find() { # the program as typed; sets skiff_file to the file it is
        skiff_file=
        case $1 in
          */*) skiff_file=$1 ;;
          ?*)
            IFS=:
            set -f
            for skiff_name in $PATH; do
              [ -f "${skiff_name:-.}/$1" ] && [ -x "${skiff_name:-.}/$1" ] || continue
              skiff_file=${skiff_name:-.}/$1
              break
            done
            set +f
            unset IFS
            [ -n "$skiff_file" ] || skiff_end "cannot run '$1'" \\
              "\\"$1\\": executable file not found in \\$PATH, which is $PATH" \\
              "see what the image holds with skiff exec IMAGE ls /usr/bin /usr/local/bin" 127
            ;;
          *) skiff_end "cannot run ''" "the command is empty" "name a program" 127 ;;
        esac
        if [ -d "$skiff_file" ]; then
          skiff_end "cannot run '$1'" "\\"$1\\": is a directory" "name a program in it" 126
        elif [ ! -e "$skiff_file" ]; then
          skiff_end "cannot run '$1'" "stat $1: no such file or directory in the image" \\
            "see what the image holds with skiff exec IMAGE ls" 127
        elif [ ! -x "$skiff_file" ]; then
          skiff_end "cannot run '$1'" "\\"$1\\": permission denied: it is not executable" \\
            "start its interpreter, for example skiff exec IMAGE sh $1" 126
        fi
      }
      skiff_failed() { # after an exec that failed; exit status
        skiff_name=
        IFS= read -r skiff_name <"$skiff_file" 2>&-
        case $skiff_name in
          '#!'*)
            skiff_name=${skiff_name#??}
            skiff_name=${skiff_name#"${skiff_name%%[! ]*}"}
            skiff_end "cannot run '$skiff_file'" \\
              "its interpreter '${skiff_name%% *}' is not in the image, or cannot be executed" \\
              "put '${skiff_name%% *}' into the image, or start the script with another one" "$1"
            ;;
        esac
        skiff_end "cannot run '$skiff_file'" \\
          "the kernel refused: it is for another machine, or its loader is not in the image" \\
          "see what it is with file, and build the image for this machine" "$1"
      }
      skiff_become() { # file, words
        skiff_find "$1"
        trap 'skiff_failed $?' 0
        [ -z "${BASH_VERSINFO-}" ] || shopt -s execfail # it would end without the trap
        exec "$@"
        skiff_failed $?
      }
      skiff_need_app() { # the kind of script, for messages
        [ -d "$skiff_root/scif/apps/$skiff_app" ] || {
          printf '%s\\n' "Could not locate the container application: $skiff_app" >&2
          exit 1
        }
        [ -z "$1" ] || [ -f "$skiff_file" ] || skiff_end "cannot $skiff_verb '$skiff_app'" \\
          "no $1 for contained app: $skiff_app" "leave --app out, or name another one" 1
      }
      """;

  private static final String EXEC =
      """
      [ -z "$skiff_app" ] || skiff_need_app ''
      skiff_become "$@"
      """;

  private static final String RUN =
      """
      skiff_verb=run
      if [ -n "$skiff_app" ]; then
        skiff_file=$skiff_root/scif/apps/$skiff_app/scif/runscript
        skiff_need_app runscript
        skiff_become "$skiff_file" "$@"
      fi
      for skiff_file in "$skiff_root/.singularity.d/runscript" "$skiff_root/singularity"; do
        [ ! -f "$skiff_file" ] || skiff_become "$skiff_file" "$@"
      done
      if [ -x "$skiff_root/bin/sh" ]; then
        skiff_remark 'No runscript found in container, executing /bin/sh'
        skiff_become "$skiff_root/bin/sh" "$@"
      fi
      skiff_end 'cannot run the image' 'it has neither a runscript nor /bin/sh' \\
        'start a program of the image with skiff exec' 1
      """;

  /// An instance lives on without a program of its own.
  private static final String START =
      """
      skiff_verb=start
      if [ -n "$skiff_app" ]; then
        skiff_file=$skiff_root/scif/apps/$skiff_app/scif/startscript
        skiff_need_app startscript
        skiff_become "$skiff_file" "$@"
      fi
      skiff_file=$skiff_root/.singularity.d/startscript
      [ ! -f "$skiff_file" ] || skiff_become "$skiff_file" "$@"
      exit 0
      """;

  private static final String TEST =
      """
      skiff_verb=test
      if [ -n "$skiff_app" ]; then
        skiff_file=$skiff_root/scif/apps/$skiff_app/scif/test
        skiff_need_app tests
        skiff_become "$skiff_file" "$@"
      fi
      skiff_file=$skiff_root/.singularity.d/test
      [ ! -f "$skiff_file" ] || skiff_become "$skiff_file" "$@"
      skiff_remark 'No test script found in container, exiting'
      exit 0
      """;

  private static final String SHELL =
      """
      [ -z "$skiff_app" ] || skiff_need_app ''
      if [ -n "$skiff_shell" ] && [ -x "$skiff_root$skiff_shell" ]; then
        skiff_become "$skiff_root$skiff_shell"
      elif [ -n "$skiff_shell" ]; then
        skiff_remark "the image has no $skiff_shell"
      fi
      if [ -x "$skiff_root/bin/bash" ]; then
        skiff_become "$skiff_root/bin/bash" --norc
      fi
      skiff_become "$skiff_root/bin/sh"
      """;
}
