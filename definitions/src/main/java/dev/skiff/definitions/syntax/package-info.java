/// The definition-file language as data: a file is a list of stages, a stage is a header and
/// sections. The parser never stops at an error; it notes a finding and goes on.
@NullMarked
package dev.skiff.definitions.syntax;

import org.jspecify.annotations.NullMarked;
