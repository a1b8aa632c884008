/** Data sets as compressed files: an autoencoder's codes, quantised and entropy-coded ({@code .hgz}), and what that costs and keeps. */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.codec;
