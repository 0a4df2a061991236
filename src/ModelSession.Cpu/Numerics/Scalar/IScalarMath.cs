namespace ModelSessions.Cpu.Numerics;

/// <summary>What sums of products need of an element type.</summary>
internal interface IScalarMath<T>
{
    /// <summary>sum + x · y.</summary>
    static abstract T MultiplyAdd(T x, T y, T sum);

    /// <summary>x + y.</summary>
    static abstract T Add(T x, T y);

    /// <summary>max(x, 0); NaN stays.</summary>
    static abstract T Relu(T x);
}
