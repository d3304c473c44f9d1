/// What a build tells while it runs. The command line alone turns it into words on a terminal.
@NullMarked
package dev.skiff.builder.progress;

import org.jspecify.annotations.NullMarked;
