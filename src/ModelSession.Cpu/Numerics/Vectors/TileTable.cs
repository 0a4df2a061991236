namespace ModelSessions.Cpu.Numerics;

/// <summary>The tile kernels of one vector type, by their dimensions. Each is compiled when it is first used.</summary>
internal static unsafe class TileTable<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    private static readonly nint[] Kernels = [.. Row<Constant1>(), .. Row<Constant2>(), .. Row<Constant3>(), .. Row<Constant4>(),
        .. Row<Constant5>(), .. Row<Constant6>(), .. Row<Constant7>(), .. Row<Constant8>(), .. Row<Constant9>(), .. Row<Constant10>(),
        .. Row<Constant11>(), .. Row<Constant12>(), .. Row<Constant13>(), .. Row<Constant14>()];

    /// <summary>Computes a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="rows">Its rows, at most <see cref="ILanes{TVector,T}.TileRows"/>.</param>
    /// <param name="vectors">The vectors in a row: 1 or 2.</param>
    public static void Run(Tile<T>* tile, int rows, int vectors)
    {
        int adjacent = tile->RowStep == 1 ? 1 : 0;
        ((delegate*<Tile<T>*, void>)Kernels[(rows - 1) * 4 + (vectors - 1) * 2 + adjacent])(tile);
    }

    private static nint[] Row<TRows>()
        where TRows : IConstant =>
    [
        (nint)(delegate*<Tile<T>*, void>)&TileKernel.Run<T, TVector, TLanes, TRows, Constant1, Constant0>,
        (nint)(delegate*<Tile<T>*, void>)&TileKernel.Run<T, TVector, TLanes, TRows, Constant1, Constant1>,
        (nint)(delegate*<Tile<T>*, void>)&TileKernel.Run<T, TVector, TLanes, TRows, Constant2, Constant0>,
        (nint)(delegate*<Tile<T>*, void>)&TileKernel.Run<T, TVector, TLanes, TRows, Constant2, Constant1>,
    ];
}
