package dev.skiff.runtime.script;

import dev.skiff.runtime.plan.ShellText;
import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the payload's environment is made of, and where it starts. `text` is the first half of a
/// payload's script.
///
/// The caller's variables are put aside, the image's environment scripts start from nothing, then
/// come `settings`; a caller's variable that nobody has set by then comes back. `facts` are seen by
/// all and changed by none.
///
/// @param root what stands before every path of the image; empty once it is the root
/// @param hostNames all variables of the caller, by names that a shell can assign to
/// @param passedNames those of them that the payload gets when the image does not set them
/// @param fallbacks what a variable is when neither the image nor the caller sets it
/// @param settings in the order they are made
/// @param facts what Skiff says about the container
/// @param user whose process it is
/// @param start where it begins
/// @param app the SCIF application, or nothing
public record EnvironmentScript(
    String root,
    List<String> hostNames,
    List<String> passedNames,
    Map<String, String> fallbacks,
    List<Setting> settings,
    Map<String, String> facts,
    User user,
    Start start,
    String app) {

  /// The search path where an image sets none.
  public static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// Where the libraries of a GPU driver are shown.
  public static final String LIBRARIES = "/.singularity.d/libs";

  public EnvironmentScript {
    hostNames = List.copyOf(hostNames);
    passedNames = List.copyOf(passedNames);
    fallbacks = Collections.unmodifiableMap(new LinkedHashMap<>(fallbacks));
    settings = List.copyOf(settings);
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /// A variable and how its text becomes a value.
  public record Setting(Variable variable, Evaluation evaluation) {}

  /// Whose process it is.
  ///
  /// @param home what `HOME` is
  /// @param uid what `$UID` is while scripts are read
  /// @param gid what `$GID` is while scripts are read
  public record User(String home, long uid, long gid) {}

  /// Where the payload begins.
  public record Start(String directory, Otherwise otherwise) {}

  /// What happens when the directory cannot be entered.
  public enum Otherwise {
    /// A warning, and the home or `/` in its place.
    HOME,
    /// The container does not start.
    FAIL
  }

  /// The shell text. It leaves all variables exported, keeps the positional parameters, and nothing
  /// of its own.
  public String text() {
    StringBuilder script = new StringBuilder(8192);
    script.append("skiff_root=").append(ShellText.literal(root)).append('\n');
    putAside(script);
    script.append("HOME=").append(ShellText.literal(user.home)).append('\n');
    enter(script);
    facts(script);
    script.append("GID=").append(user.gid).append('\n');
    script.append("[ -n \"${BASH_VERSINFO-}\" ] || { UID=").append(user.uid);
    script.append(" EUID=").append(user.uid).append("; }\n").append(SOURCE);
    settings(script);
    if (!app.isEmpty()) {
      script.append("SINGULARITY_APPNAME=").append(ShellText.literal(app)).append('\n');
    }
    script.append(IMAGE_SCRIPTS).append(SEARCH_PATHS);
    bringBack(script);
    return script.toString();
  }

  private static void loop(StringBuilder script, List<String> names) {
    script.append("for skiff_name in");
    for (String name : names) {
      script.append(' ').append(name);
    }
    script.append("; do\n");
  }

  private static void export(StringBuilder script, String name, String value) {
    script.append("command export ").append(name).append('=');
    script.append(ShellText.literal(value)).append(" 2>&-\n");
  }

  /// Keeps the caller's variables under names that are not exported.
  private void putAside(StringBuilder script) {
    script.append(FUNCTIONS);
    loop(script, hostNames);
    script.append(
        """
          skiff_fixed "$skiff_name" && continue
          eval "[ -z \\"\\${$skiff_name+x}\\" ] || skiff_host_$skiff_name=\\$$skiff_name"
          unset "$skiff_name"
        done
        unset IFS PATH LD_LIBRARY_PATH PS1
        """);
  }

  private void enter(StringBuilder script) {
    String directory = ShellText.literal(start.directory);
    script.append("export HOME PWD\ncd ").append(directory).append(" 2>&- || ");
    switch (start.otherwise) {
      case HOME -> script.append("skiff_at_home ").append(directory).append('\n');
      case FAIL -> script.append("skiff_nowhere ").append(directory).append('\n');
    }
    script.append("skiff_start=$PWD\n");
  }

  private void facts(StringBuilder script) {
    script.append("skiff_facts() {\n");
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      export(script, fact.getKey(), fact.getValue());
    }
    script.append(":\n}\nskiff_facts\n");
  }

  private void settings(StringBuilder script) {
    script.append("skiff_settings() {\n");
    for (Setting setting : settings) {
      String name = setting.variable().name();
      String value = setting.variable().value();
      String word =
          switch (setting.evaluation()) {
            case LITERAL -> ShellText.literal(value);
            case DOUBLE_QUOTED -> ShellText.doubleQuoted(value);
          };
      boolean addition = name.startsWith("PREPEND_") || name.startsWith("APPEND_");
      script.append("skiff_set ").append(addition ? "skiff_" : "").append(name).append(' ');
      // Evaluated apart from this text, so that an unclosed $( reaches no further than its value.
      script.append(ShellText.literal(word)).append('\n');
    }
    script.append(":\n}\n");
  }

  private void bringBack(StringBuilder script) {
    List<String> names = new ArrayList<>(passedNames);
    for (Setting setting : settings) { // an empty one is meant to be empty
      names.remove(setting.variable().name());
    }
    loop(script, names);
    script.append(
        """
          skiff_fixed "$skiff_name" && continue
          if eval "[ -z \\"\\${$skiff_name+x}\\" ]"; then
            eval "[ -z \\"\\${skiff_host_$skiff_name+x}\\" ] || \\
              command export $skiff_name=\\"\\$skiff_host_$skiff_name\\" 2>&-"
            case $skiff_name in LANG | LC_*) skiff_locale "$skiff_name" ;; esac
          elif eval "[ -z \\"\\$$skiff_name\\" ]"; then
            command unset "$skiff_name" 2>&-
          fi
        done
        """);
    for (Map.Entry<String, String> fallback : fallbacks.entrySet()) {
      script.append("[ -n \"${").append(fallback.getKey()).append("+x}\" ] || ");
      export(script, fallback.getKey(), fallback.getValue());
    }
    script.append("skiff_facts\n");
    loop(script, hostNames);
    script.append("  unset \"skiff_host_$skiff_name\"\ndone\n");
    export(script, "HOME", user.home);
    script.append("command export PWD 2>&-\n").append(CLEAN_UP);
  }

  /// `command` keeps `.` and `eval` from ending the shell when a text does not parse, and `export`
  /// and `unset` when a script of the image has made the variable readonly. The `:` after a value
  /// keeps what a command in it returns from counting.
  private static final String FUNCTIONS =
      """
      skiff_fixed() { # variables that bash lets nobody unset
        [ -n "${BASH_VERSINFO-}" ] || return 1
        case $1 in
          UID | EUID | SHELLOPTS | BASHOPTS | BASH*) return 0 ;;
        esac
        return 1
      }
      skiff_at_home() {
        printf 'warning: %s\\n  why: %s\\n  fix: %s\\n' \\
          "Error changing the container working directory. Using '$HOME' instead" \\
          "there is no '$1' inside" "use --pwd, or --bind to show it" >&2
        cd "$HOME" 2>&- || cd /
      }
      skiff_nowhere() {
        printf 'error: %s\\n  why: %s\\n  fix: %s\\n' "failed to set working directory" \\
          "there is no directory '$1' inside, or it may not be entered" \\
          "write another --pwd, or --bind a directory there" >&2
        exit "${skiff_status:-125}"
      }
      skiff_locale() { # a variable of the caller's, which may name what the image does not have
        eval "skiff_file=\\${$1-}"
        case $skiff_file in '' | C | POSIX | C.*) return ;; esac
        # An archive cannot be looked into; without either directory the C library may know all.
        skiff_dir=$skiff_root/usr/lib/locale
        [ ! -e "$skiff_dir/locale-archive" ] || return
        [ -d "$skiff_dir/C.utf8" ] || [ -d "$skiff_dir/C.UTF-8" ] || return
        skiff_todo=
        case $skiff_file in *@*) skiff_todo=@${skiff_file#*@} ;; esac
        for skiff_file in "$skiff_file" "${skiff_file%%[.@]*}.utf8$skiff_todo" \\
          "${skiff_file%%[.@]*}$skiff_todo" "${skiff_file%%[.@]*}"; do
          [ ! -d "$skiff_dir/$skiff_file" ] || return
        done
        eval "$1=C.UTF-8"
      }
      skiff_path() { # the default directories that PATH lacks
        for skiff_name in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
          case ":${PATH-}:" in
            *":$skiff_name:"*) ;;
            *) command export PATH="${PATH:+$PATH:}$skiff_name" 2>&- || return 0 ;;
          esac
        done
        command export PATH 2>&-
      }
      skiff_source() {
        command . "$skiff_file"
        set +efux
      }
      skiff_set() { # name, word
        command eval "skiff_name=$2; :" || {
          printf 'error: %s\\n  why: %s\\n  fix: %s\\n' "cannot set the variable '${1#skiff_}'" \\
            "its value is no text for a shell: $2" "use --no-eval to take it as it stands" >&2
          exit "${skiff_status:-125}"
        }
        command export "$1=$skiff_name" 2>&- ||
          printf 'warning: %s\\n  why: %s\\n  fix: %s\\n' "the variable '$1' stays as the image has it" \\
            "an environment script of the image makes it readonly" \\
            "leave $1 out, or build the image without that readonly" >&2
      }
      """;

  /// No word of POSIX, and common in environment scripts. Shells that have it may refuse the
  /// function. Bash would forget what is declared there, as a function reads the scripts.
  private static final String SOURCE =
      """
      if [ -n "${BASH_VERSINFO-}" ]; then
        declare() { builtin declare -g "$@"; }
        typeset() { builtin declare -g "$@"; }
      else
        command eval 'source() { command . "$@"; }' 2>&-
      fi
      """;

  private static final String IMAGE_SCRIPTS =
      """
      skiff_todo=1
      if [ -d "$skiff_root/.singularity.d/env" ]; then
        for skiff_file in "$skiff_root"/.singularity.d/env/*.sh; do
          [ -f "$skiff_file" ] || continue
          case ${skiff_file##*/} in 9*) [ -n "${PATH-}" ] || skiff_path ;; esac
          skiff_source
          case ${skiff_file##*/} in
            10-docker*) skiff_path ;;
            99-base.sh) skiff_settings; skiff_todo= ;;
          esac
        done
      elif [ -f "$skiff_root/environment" ]; then
        skiff_file=$skiff_root/environment
        skiff_source
        skiff_path
      fi
      [ -n "${PATH-}" ] || skiff_path
      [ -z "$skiff_todo" ] || skiff_settings
      command cd "$skiff_start" 2>&- || : # a script may have gone elsewhere
      for skiff_name in OLDPWD GID UID EUID; do
        skiff_fixed "$skiff_name" || command unset "$skiff_name" 2>&-
      done
      if [ -n "${BASH_VERSINFO-}" ]; then unset -f declare typeset; else unset -f source; fi
      """;

  private static final String SEARCH_PATHS =
      """
      skiff_name=${skiff_PREPEND_PATH:+$skiff_PREPEND_PATH:}${PATH-}
      command export PATH="$skiff_name${skiff_APPEND_PATH:+:$skiff_APPEND_PATH}" 2>&-
      skiff_name=${LD_LIBRARY_PATH-}
      skiff_name=${skiff_PREPEND_LD_LIBRARY_PATH:+$skiff_PREPEND_LD_LIBRARY_PATH:}$skiff_name
      skiff_name=$skiff_name${skiff_APPEND_LD_LIBRARY_PATH:+:$skiff_APPEND_LD_LIBRARY_PATH}
      case :$skiff_name: in
        *:/.singularity.d/libs:*) ;;
        *) skiff_name=${skiff_name:+$skiff_name:}/.singularity.d/libs ;;
      esac
      command export LD_LIBRARY_PATH="$skiff_name" 2>&-
      command export PS1="${PS1:-Skiff> }" 2>&-
      command export PROMPT_COMMAND="PS1=\\"$PS1\\"; unset PROMPT_COMMAND" 2>&-
      """;

  private static final String CLEAN_UP =
      """
      unset skiff_dir skiff_PREPEND_PATH skiff_APPEND_PATH skiff_PREPEND_LD_LIBRARY_PATH
      unset skiff_APPEND_LD_LIBRARY_PATH skiff_file skiff_name skiff_todo skiff_start
      unset -f skiff_fixed skiff_at_home skiff_nowhere skiff_path skiff_source skiff_set
      unset -f skiff_locale
      unset -f skiff_settings skiff_facts
      trap - 0
      """;
}
