namespace ModelSessions.Cpu.Numerics;

/// <summary>A vector type of the processor: kernels are written once and compiled for each width.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">Its elements.</typeparam>
internal unsafe interface ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Elements in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>The most rows of a tile of two vectors each whose sums fit in registers.</summary>
    static abstract int TileRows { get; }

    /// <summary>Consecutive elements, at any alignment.</summary>
    static abstract TVector Load(T* from);

    /// <summary>One element in all lanes.</summary>
    static abstract TVector Broadcast(T* from);

    /// <summary>A constant in all lanes.</summary>
    static abstract TVector Create(double value);

    /// <summary>A constant as an element.</summary>
    static abstract T ToScalar(double value);

    /// <summary>Stores at any alignment.</summary>
    static abstract void Store(TVector value, T* to);

    /// <summary>sum + x · y, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector sum);

    /// <summary>The same for single elements.</summary>
    static abstract T MultiplyAdd(T x, T y, T sum);

    /// <summary>x · y.</summary>
    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>x + y.</summary>
    static abstract TVector Add(TVector x, TVector y);

    /// <summary>x + y of single elements.</summary>
    static abstract T Add(T x, T y);

    /// <summary>max(x, 0); NaN stays.</summary>
    static abstract TVector Relu(TVector x);

    /// <summary>The same for a single element.</summary>
    static abstract T Relu(T x);

    /// <summary>The sum of all lanes.</summary>
    static abstract T Sum(TVector x);
}
