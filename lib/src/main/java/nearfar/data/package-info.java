/** In-memory image sets, where they come from, how they are split and drawn into batches. */
@NullMarked
package nearfar.data;

import org.jspecify.annotations.NullMarked;
