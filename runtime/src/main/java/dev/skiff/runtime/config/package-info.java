/// What a person or a site sets once and for all, in `config.yaml`.
@NullMarked
package dev.skiff.runtime.config;

import org.jspecify.annotations.NullMarked;
