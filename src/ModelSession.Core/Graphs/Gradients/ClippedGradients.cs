namespace ModelSessions;

/// <summary>What <see cref="GraphBuilder.ClipByGlobalNorm(Gradient?[], Operand, GraphTensor?, string?)"/> gives.</summary>
/// <param name="Gradients">The scaled gradients; null where there was none.</param>
/// <param name="GlobalNorm">Their length taken together before.</param>
public sealed record ClippedGradients(Gradient?[] Gradients, GraphTensor GlobalNorm);
