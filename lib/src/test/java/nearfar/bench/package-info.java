/**
 * Our side of {@code environment/bench}: a process that is asked, line by line, to do a piece of
 * work and to say how long it took. No test: nothing here asserts a time.
 */
package nearfar.bench;
