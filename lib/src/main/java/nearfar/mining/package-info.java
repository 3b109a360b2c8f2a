/**
 * Which triplets a batch yields. Plain Java on a distance matrix, so that it is tested without a
 * native engine.
 */
@NullMarked
package nearfar.mining;

import org.jspecify.annotations.NullMarked;
