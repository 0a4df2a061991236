namespace ModelSessions;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as TensorFlow 1's <c>tf.contrib.opt.AdamWOptimizer</c>: the decay is
/// not scaled by the learning rate (Keras' AdamW scales it). The slots are <c>variable/AdamW</c> and <c>variable/AdamW_1</c>.</summary>
public sealed class AdamWOptimizer : AdamOptimizer
{
    /// <summary>AdamW; <see cref="Optimizer.DecayedVariables"/> says what decays.</summary>
    /// <param name="weightDecay">What is taken from a variable before each update, as a part of it: a tensor or a number.</param>
    /// <param name="learningRate">A tensor or a number; 0.001 if null.</param>
    /// <param name="beta1">How much of the mean gradient stays; 0.9 if null.</param>
    /// <param name="beta2">How much of the mean square stays; 0.999 if null.</param>
    /// <param name="epsilon">Added to the root; 1e-8 if null.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public AdamWOptimizer(
        Operand weightDecay,
        Operand? learningRate = null,
        Operand? beta1 = null,
        Operand? beta2 = null,
        Operand? epsilon = null,
        string name = "AdamW",
        bool useLocking = false)
        : base(learningRate, beta1, beta2, epsilon, name, useLocking) => WeightDecay = weightDecay;
}
