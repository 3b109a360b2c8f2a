/** Losses as pure functions of labels and named predictions; none of them owns a parameter. */
@NullMarked
package nearfar.loss;

import org.jspecify.annotations.NullMarked;
