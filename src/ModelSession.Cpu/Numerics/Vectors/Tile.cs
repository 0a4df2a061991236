namespace ModelSessions.Cpu.Numerics;

/// <summary>What <see cref="TileKernel"/> computes: rows of A times columns of B into a tile of C. Steps count elements.</summary>
internal unsafe struct Tile<T>
    where T : unmanaged
{
    /// <summary>The first element of A.</summary>
    public T* A;

    /// <summary>From one row of A to the next.</summary>
    public nint RowStep;

    /// <summary>From one factor of a sum to the next, in A.</summary>
    public nint InnerStep;

    /// <summary>Where each segment of the sums starts in A.</summary>
    public nint* Offsets;

    /// <summary>The number of segments.</summary>
    public int Segments;

    /// <summary>Factors in each segment.</summary>
    public int Run;

    /// <summary>The first row of B; segments follow each other there.</summary>
    public T* B;

    /// <summary>From one row of B to the next.</summary>
    public nint BStep;

    /// <summary>The first element of C.</summary>
    public T* C;

    /// <summary>From one row of C to the next.</summary>
    public nint CStep;

    /// <summary>Whether the sums start from what C holds; else from 0.</summary>
    public bool Accumulate;

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu;

    /// <summary>Added to each row at the end; null for none.</summary>
    public T* Bias;

    /// <summary>Memory that will be needed later: for each factor of a sum one cache line is fetched. Not looked at where
    /// the step is 0.</summary>
    public byte* Ahead;

    /// <summary>From one of these lines to the next, in bytes.</summary>
    public nint AheadStep;
}
