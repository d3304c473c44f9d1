/// What a definition file must satisfy beyond its grammar, and what it had better avoid.
@NullMarked
package dev.skiff.definitions.check;

import org.jspecify.annotations.NullMarked;
