/** How fast Hourglass is on this machine, compared with the machine's peak: {@code hourglass bench}. */
@NullMarked
package io.hourglass.lab.bench;

import org.jspecify.annotations.NullMarked;
