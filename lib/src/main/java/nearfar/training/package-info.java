/** Training with a record of what was done: fit, run, history, provenance. */
@NullMarked
package nearfar.training;

import org.jspecify.annotations.NullMarked;
