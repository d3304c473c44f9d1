/// What will be done to start a container, as data: `ContainerPlan` and its `SetupStep`s. Nothing
/// here touches the machine.
@NullMarked
package dev.skiff.runtime.plan;

import org.jspecify.annotations.NullMarked;
