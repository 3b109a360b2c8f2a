/** The only package that knows Jupyter: default imports, renderers, live progress. */
@NullMarked
package nearfar.notebook;

import org.jspecify.annotations.NullMarked;
