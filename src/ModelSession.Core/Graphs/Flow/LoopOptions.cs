namespace ModelSessions;

/// <summary>How a loop is built, as <c>tf.while_loop</c>, <c>tf.scan</c> and their like are told.</summary>
public sealed class LoopOptions
{
    /// <summary>How many iterations may run at once.</summary>
    public int ParallelIterations { get; set; } = 10;

    /// <summary>What stays true of the variables' shapes in all iterations, one for each tensor from left to right; null where it is the shape
    /// with which the variable enters.</summary>
    public IReadOnlyList<Shape?>? ShapeInvariants { get; set; }

    /// <summary>Whether gradients flow through the loop.</summary>
    public bool BackProp { get; set; } = true;

    /// <summary>Whether what is kept for gradients may leave the device's memory.</summary>
    public bool SwapMemory { get; set; }

    /// <summary>The loop ends after that many iterations, whatever its condition says; never if null.</summary>
    public Operand? MaximumIterations { get; set; }

    /// <summary>The name scope; <c>while</c> (<c>scan</c> …) if null.</summary>
    public string? Name { get; set; }

    /// <summary>The same options for a loop inside of another construct.</summary>
    internal LoopOptions For(Operand? maximumIterations) =>
        new() { ParallelIterations = ParallelIterations, BackProp = BackProp, SwapMemory = SwapMemory, MaximumIterations = maximumIterations };
}

/// <summary>A condition or a body of a loop as scripts give it: takes the loop's variables one by one (up to eight; nested lists as arrays), and
/// gives one value, or as many as it took.</summary>
public delegate object? LoopFunction(
    object? first, object? second, object? third, object? fourth, object? fifth, object? sixth, object? seventh, object? eighth);
