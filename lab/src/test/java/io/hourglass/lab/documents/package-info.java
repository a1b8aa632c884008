/** Tests of the documents themselves: where their links lead, how wide their lines are. */
@NullMarked
package io.hourglass.lab.documents;

import org.jspecify.annotations.NullMarked;
