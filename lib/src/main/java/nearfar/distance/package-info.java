/** Distances between rows of embeddings: each a small, differentiable function of DJL arrays. */
@NullMarked
package nearfar.distance;

import org.jspecify.annotations.NullMarked;
