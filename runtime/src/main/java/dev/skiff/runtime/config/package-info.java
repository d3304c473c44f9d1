/// What a person, a project or a site sets once and for all, in `skiff.yaml`; never read on the way
/// to a container.
@NullMarked
package dev.skiff.runtime.config;

import org.jspecify.annotations.NullMarked;
