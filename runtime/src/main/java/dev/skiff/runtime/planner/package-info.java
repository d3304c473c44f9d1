/// Decides how a container will be set up: a request and the facts become a `ContainerPlan`. Pure:
/// no file, no clock, no environment.
@NullMarked
package dev.skiff.runtime.planner;

import org.jspecify.annotations.NullMarked;
