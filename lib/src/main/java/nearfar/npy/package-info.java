/** NumPy's file format .npy, in plain Java: arrays come and go without a converter. */
@NullMarked
package nearfar.npy;

import org.jspecify.annotations.NullMarked;
