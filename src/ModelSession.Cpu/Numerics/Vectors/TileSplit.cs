namespace ModelSessions.Cpu.Numerics;

/// <summary>Rows split into as few tiles as will do, of nearly equal height.</summary>
/// <param name="rows">The rows, at least 1.</param>
/// <param name="most">The most rows of a tile.</param>
internal readonly struct TileSplit(int rows, int most)
{
    private readonly int _rows = rows;

    /// <summary>The number of tiles.</summary>
    public int Count { get; } = (rows + most - 1) / most;

    /// <summary>Where a tile begins; <see cref="Count"/> gives the end.</summary>
    public int Start(int tile) => (int)((long)tile * _rows / Count);
}
