/// Images out of a Docker daemon and into it, and containers that it runs for a build. The only
/// place that knows docker-java, which nothing else loads.
@NullMarked
package dev.skiff.builder.docker;

import org.jspecify.annotations.NullMarked;
