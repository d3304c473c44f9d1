/// Containers that outlive the command that started them: their names, the records of who they are,
/// and how they end. Nothing of Skiff runs beside one but its first process, a shell.
@NullMarked
package dev.skiff.runtime.instance;

import org.jspecify.annotations.NullMarked;
