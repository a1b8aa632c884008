/**
 * Numbers about data and models: clusters, neighbours, isolation forests, PCA, UMAP, bias and variance, the use of a
 * code. Classes take rows or a model and return a record; they draw nothing and depend on core alone.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.analysis;
