/// What was asked on the command line and through the environment, checked for form only. Nothing
/// here looks at the machine. The parser stands on the way to every container, so it is written by
/// hand.
@NullMarked
package dev.skiff.runtime.request;

import org.jspecify.annotations.NullMarked;
