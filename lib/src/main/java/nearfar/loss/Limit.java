package nearfar.loss;

/**
 * A setting at which a loss is another one, for example ArcFace at m = 0 and normalised softmax.
 *
 * @param at the setting in words, {@code "m = 0"}
 * @param loss the loss with that setting
 * @param same the loss that it equals there
 */
public record Limit(String at, EmbeddingLoss loss, EmbeddingLoss same) {}
