/** Autoencoders as stages of Spark ML: trained over many machines, and run over data frames. */
@org.jspecify.annotations.NullMarked
package io.hourglass.spark;
