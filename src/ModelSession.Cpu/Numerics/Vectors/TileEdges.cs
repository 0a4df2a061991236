namespace ModelSessions.Cpu.Numerics;

/// <summary>Tiles at the right edge of C, where fewer columns are left than vectors hold.</summary>
internal static unsafe class TileEdges<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    /// <summary>Computes a tile of up to two vectors of columns. B must hold whole vectors.</summary>
    /// <param name="tile">The tile; may be changed.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Columns left in C, at least 1.</param>
    /// <param name="scratch">Memory for rows + 1 strips.</param>
    public static void Run(Tile<T>* tile, int rows, int columns, T* scratch)
    {
        int width = Strips<T, TVector, TLanes>.Width;
        int vectors = columns > TLanes.Width ? 2 : 1;
        if (columns >= width || columns == TLanes.Width)
        {
            TileTable<T, TVector, TLanes>.Run(tile, rows, vectors);
            return;
        }

        T* c = tile->C;
        nint cStep = tile->CStep;
        if (tile->Bias != null)
        {
            new ReadOnlySpan<T>(tile->Bias, columns).CopyTo(new Span<T>(scratch + rows * width, width));
            tile->Bias = scratch + rows * width;
        }

        for (int row = 0; tile->Accumulate && row < rows; row++)
        {
            new ReadOnlySpan<T>(c + row * cStep, columns).CopyTo(new Span<T>(scratch + row * width, width));
        }

        tile->C = scratch;
        tile->CStep = width;
        TileTable<T, TVector, TLanes>.Run(tile, rows, vectors);
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<T>(scratch + row * width, columns).CopyTo(new Span<T>(c + row * cStep, columns));
        }

        tile->CStep = cStep;
    }
}
