package nearfar.bench;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** What a step computed, to be compared with what the peer did: numbers, and gradients by name. */
record Answer(Map<String, Double> values, Map<String, NDArray> gradients) {}
