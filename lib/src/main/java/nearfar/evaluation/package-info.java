/** Retrieval, verification and angle statistics of embeddings, in plain Java. */
@NullMarked
package nearfar.evaluation;

import org.jspecify.annotations.NullMarked;
