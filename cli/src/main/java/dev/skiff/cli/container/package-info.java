/// `exec`, `run`, `shell` and `test`, from words to hand-over. On the way to every container, so
/// nothing here loads picocli, JSON or a regular expression.
@NullMarked
package dev.skiff.cli.container;

import org.jspecify.annotations.NullMarked;
