/// Everything that can be wrong with, or doubtful in, a definition file and its build arguments:
/// one record each, with the words a person reads.
@NullMarked
package dev.skiff.definitions.finding;

import org.jspecify.annotations.NullMarked;
