namespace ModelSessions.Cpu.Numerics;

/// <summary>What is applied to a sum of products.</summary>
internal enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0); NaN stays.</summary>
    Relu,
}

/// <summary>What is done to the result of a product before it is stored: the same bits as a kernel of its own would give.</summary>
/// <param name="bias">Added to each row; empty for none.</param>
/// <param name="activation">Applied after the bias.</param>
internal readonly ref struct Epilogue<T>(ReadOnlySpan<T> bias, Activation activation = Activation.None)
    where T : unmanaged
{
    /// <summary>One value for each column, or empty.</summary>
    public ReadOnlySpan<T> Bias { get; } = bias;

    /// <summary>Applied after the bias.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The final value of a sum in some column.</summary>
    public T Apply<TMath>(T sum, int column)
        where TMath : IScalarMath<T>
    {
        T value = Bias.IsEmpty ? sum : TMath.Add(sum, Bias[column]);
        return Activation == Activation.Relu ? TMath.Relu(value) : value;
    }
}
