/// Package tools of the host that fill a root directory: what each is told, and how it is run.
@NullMarked
package dev.skiff.builder.bootstrap;

import org.jspecify.annotations.NullMarked;
