/**
 * What the report and the explorer have in common as HTML pages: templates, escapes, colours and the security policy.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.page;
