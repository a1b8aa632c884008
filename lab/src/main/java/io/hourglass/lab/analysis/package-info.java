/**
 * Numbers about data and models: clusters, neighbours, PCA, UMAP, bias and variance, the use of a code. A class takes
 * rows or a model and returns a record; it draws nothing and depends on core alone.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.analysis;
