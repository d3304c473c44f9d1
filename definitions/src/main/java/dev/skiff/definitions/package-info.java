/// The door to the definition-file language: text in, a checked definition or all findings out.
@NullMarked
package dev.skiff.definitions;

import org.jspecify.annotations.NullMarked;
