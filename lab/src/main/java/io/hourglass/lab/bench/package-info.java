/** How fast Hourglass is on this machine, compared with what the machine can do: {@code hourglass bench}. */
@NullMarked
package io.hourglass.lab.bench;

import org.jspecify.annotations.NullMarked;
