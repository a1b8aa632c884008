/** What the HTML pages of report and explorer share: templates, escapes, colours and the security policy. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.page;
