/// Commands: each reads its options, asks the module that does the work, and prints. The only place
/// that touches the terminal.
@NullMarked
package dev.skiff.cli;

import org.jspecify.annotations.NullMarked;
