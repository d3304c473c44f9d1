package dev.skiff.runtime.script;

import dev.skiff.runtime.plan.ShellText;

/// A payload's script that goes on in the image's own bash where that is wanted.
///
/// Apptainer reads environment scripts with an interpreter of its own that knows much of bash, and
/// people write `[[`, arrays and `${NAME//a/b}` into them. The shell that waits is the host's `sh`,
/// often dash, which knows nothing of it. So the scripts that people write are looked at first,
/// line by line, and where one has words of bash, or reads other scripts, bash carries out the
/// whole.
public final class ShellOfImage {

  private ShellOfImage() {}

  /// The text that decides and goes on with `body`.
  ///
  /// @param root what stands before every path of the image; empty once it is the root
  /// @param body what is carried out, in either shell with the same positional parameters
  public static String around(String root, String body) {
    return "skiff_root=" + literal(root) + "\nskiff_body=" + literal(body) + "\n" + CHOICE;
  }

  private static String literal(String text) {
    return ShellText.literal(text);
  }

  /// Bash says it where it does not know the locale of its start, so it starts without `LC_ALL`.
  private static final String CHOICE =
      """
      skiff_expands() { # whether what follows a dollar and a brace is a word of bash
        skiff_rest=$1
        while :; do
          case $skiff_rest in *'${'*) skiff_rest=${skiff_rest#*'${'} ;; *) return 1 ;; esac
          case ${skiff_rest#"${skiff_rest%%[!A-Za-z0-9_]*}"} in
            /* | ^* | ,* | '['* | @* | :[!-=+?]*) return 0 ;;
            !*) return 0 ;;
          esac
        done
      }
      skiff_wants_bash() {
        for skiff_file in "$skiff_root"/.singularity.d/env/9[01]-environment.sh; do
          [ -f "$skiff_file" ] && [ -r "$skiff_file" ] || continue
          while IFS= read -r skiff_line || [ -n "$skiff_line" ]; do
            case $skiff_line in
              '#'*) ;;
              '(('* | *[!\\$]'(('* | *'[['* | *'=('* | *'+='* | *'<<<'* | *'<('* | *'&>'* | *BASH*) return 0 ;;
              *'source '* | *'. '[./~\\"\\$]* | *'function '* | *'declare '* | *'typeset '*) return 0 ;;
              *'shopt '* | *'let '* | *'pushd '* | *'printf -v'* | *'mapfile '*) return 0 ;;
              *'${'*) ! skiff_expands "$skiff_line" || return 0 ;;
            esac
          done <"$skiff_file"
        done
        return 1
      }
      if [ -z "${BASH_VERSINFO-}" ] && [ -x "$skiff_root/bin/bash" ] && skiff_wants_bash; then
        if [ -n "${LC_ALL-}" ]; then
          export skiff_rest="$LC_ALL" LC_ALL=
          skiff_body="{ LC_ALL=\\$skiff_rest; } 2>/dev/null; unset skiff_rest
      $skiff_body"
        fi
        exec "$skiff_root/bin/bash" --posix -c "$skiff_body" sh "$@"
      fi
      unset -f skiff_expands skiff_wants_bash
      eval "unset skiff_body skiff_line skiff_rest
      $skiff_body"
      """;
}
