/** Blocks that own parameters: the class vectors and a small convolutional backbone. */
@NullMarked
package nearfar.nn;

import org.jspecify.annotations.NullMarked;
