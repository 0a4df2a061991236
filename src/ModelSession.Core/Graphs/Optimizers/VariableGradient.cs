namespace ModelSessions;

/// <summary>A variable and the gradient of a loss by it, as <see cref="Optimizer.ComputeGradients"/> gives and
/// <see cref="Optimizer.ApplyGradients"/> takes them.</summary>
/// <param name="Gradient">The gradient; null if the loss does not depend on the variable.</param>
/// <param name="Variable">The variable.</param>
public sealed record VariableGradient(Gradient? Gradient, GraphVariable Variable);
