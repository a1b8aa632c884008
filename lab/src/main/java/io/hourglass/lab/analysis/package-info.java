/** What can be learnt from data and models by computing: each class stands alone and needs the core only. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.analysis;
