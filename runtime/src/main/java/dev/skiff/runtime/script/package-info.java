/// The POSIX shell text that turns a waiting shell into the payload: environment first, then the
/// action. It runs after the host is gone, so it uses the shell's builtins only.
@NullMarked
package dev.skiff.runtime.script;

import org.jspecify.annotations.NullMarked;
