/// `{{ name }}` in definition files, and the build arguments that replace it.
@NullMarked
package dev.skiff.definitions.template;

import org.jspecify.annotations.NullMarked;
