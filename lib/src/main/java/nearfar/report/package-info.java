/** Charts and tables as values: functions that know neither the kernel nor the training loop. */
@NullMarked
package nearfar.report;

import org.jspecify.annotations.NullMarked;
