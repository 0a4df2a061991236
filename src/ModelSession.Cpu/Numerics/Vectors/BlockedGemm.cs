namespace ModelSessions.Cpu.Numerics;

/// <summary>Products of matrices by tiles. The result is cut into blocks for the threads; each thread packs what its block needs, so
/// threads meet only at the end. Every sum goes from the first product to the last: neither the blocks nor the width of
/// the vectors change its bits.</summary>
internal static unsafe class BlockedGemm<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    // A packed block of B, MaxColumns by Depth, stays in the second-level cache; a packed tile of A in the first.
    private const int Depth = 256;
    private const int MaxColumns = 256;

    // Rows of a packed tile of A begin at different cache sets.
    private const int RowPadding = 16;

    // Below this many products a second thread costs more than it brings.
    private const long ProductsWorthAThread = 100_000;

    /// <summary>C = op(A) · op(B), then the epilogue; M, N at least 1.</summary>
    public static void Multiply(GemmShape shape, T* a, T* b, T* c, T* bias, bool relu, WorkerPool pool, Workspace workspace)
    {
        Blocking blocking = Split(shape, pool.ThreadCount);
        long packedB = blocking.PackB ? (long)Strips<T, TVector, TLanes>.Count(blocking.Columns) * Strips<T, TVector, TLanes>.Width * Depth : 0;
        long packedA = (long)TLanes.TileRows * (Depth + RowPadding);
        long edge = (long)(TLanes.TileRows + 1) * Strips<T, TVector, TLanes>.Width;
        long perThread = packedB + packedA + edge;
        using Workspace.Lease lease = workspace.Rent(perThread * sizeof(T) * pool.ThreadCount);
        BlockBody body = new()
        {
            Shape = shape,
            Blocking = blocking,
            A = a,
            B = b,
            C = c,
            Bias = bias,
            Relu = relu,
            Scratch = lease.Pointer<T>(),
            ScratchStep = (nint)perThread,
            PackedA = (nint)packedB,
            Edge = (nint)(packedB + packedA),
        };
        pool.For(blocking.RowBlocks * blocking.ColumnBlocks, body);
    }

    private static Blocking Split(GemmShape shape, int threads)
    {
        int width = Strips<T, TVector, TLanes>.Width;
        long products = (long)shape.M * shape.N * Math.Max(shape.K, 1);
        int wanted = threads == 1 ? 1 : (int)Math.Clamp(products / ProductsWorthAThread, 1, threads * 4L);

        TileSplit columns = new(Strips<T, TVector, TLanes>.Count(shape.N), MaxColumns / width);
        int blockColumns = (Strips<T, TVector, TLanes>.Count(shape.N) + columns.Count - 1) / columns.Count * width;
        int columnBlocks = (shape.N + blockColumns - 1) / blockColumns;
        int tiles = new TileSplit(shape.M, TLanes.TileRows).Count;
        int wantedRowBlocks = Math.Clamp((wanted + columnBlocks - 1) / columnBlocks, 1, tiles);
        int rowBlocks = new TileSplit(tiles, (tiles + wantedRowBlocks - 1) / wantedRowBlocks).Count;

        // B serves as it lies if its rows are whole strips and near each other, or if it is used once.
        bool whole = !shape.TransposeB && shape.N % TLanes.Width == 0;
        bool direct = whole && (shape.N <= 2 * width || tiles == 1);
        bool packA = shape.N > width && CacheSets.Collide((nint)(shape.TransposeA ? shape.M : shape.K) * sizeof(T));
        return new Blocking(rowBlocks, columnBlocks, blockColumns, packA, PackB: !direct);
    }

    private readonly record struct Blocking(int RowBlocks, int ColumnBlocks, int Columns, bool PackA, bool PackB);

    private struct BlockBody : IParallelBody
    {
        public GemmShape Shape;
        public Blocking Blocking;
        public T* A;
        public T* B;
        public T* C;
        public T* Bias;
        public bool Relu;
        public T* Scratch;
        public nint ScratchStep;
        public nint PackedA;
        public nint Edge;

        public readonly void Run(int index, int slot)
        {
            (int rowBlock, int columnBlock) = Math.DivRem(index, Blocking.ColumnBlocks);
            TileSplit tiles = new(Shape.M, TLanes.TileRows);
            TileSplit blocks = new(tiles.Count, (tiles.Count + Blocking.RowBlocks - 1) / Blocking.RowBlocks);
            int firstColumn = columnBlock * Blocking.Columns;
            int columns = Math.Min(Blocking.Columns, Shape.N - firstColumn);
            int depth = 0;
            do
            {
                int run = Math.Min(Depth, Shape.K - depth);
                T* strips = PrepareB(slot, depth, run, firstColumn, columns, out nint stripStep, out nint rowStep);
                Tile<T> tile = new() { Run = run, BStep = rowStep, Accumulate = depth > 0 };
                bool last = depth + run >= Shape.K;
                for (int i = blocks.Start(rowBlock); i < blocks.Start(rowBlock + 1); i++)
                {
                    Interruption.Check();
                    int row = tiles.Start(i);
                    int rows = tiles.Start(i + 1) - row;
                    PrepareA(ref tile, slot, depth, row, rows);
                    RowOfTiles(ref tile, slot, row, rows, firstColumn, columns, strips, stripStep, depth, last, i - blocks.Start(rowBlock));
                }

                depth += run;
            }
            while (depth < Shape.K);
        }

        private readonly T* PrepareB(int slot, int depth, int run, int firstColumn, int columns, out nint stripStep, out nint rowStep)
        {
            if (!Blocking.PackB)
            {
                stripStep = Strips<T, TVector, TLanes>.Width;
                rowStep = Shape.N;
                return B + (nint)depth * Shape.N + firstColumn;
            }

            T* packed = Scratch + slot * ScratchStep;
            rowStep = Strips<T, TVector, TLanes>.Width;
            stripStep = rowStep * run;
            if (Shape.TransposeB)
            {
                Strips<T, TVector, TLanes>.PackTransposed(B + (nint)firstColumn * Shape.K + depth, Shape.K, run, columns, packed, stripStep);
            }
            else
            {
                Strips<T, TVector, TLanes>.Pack(B + (nint)depth * Shape.N + firstColumn, Shape.N, run, columns, packed, stripStep);
            }

            return packed;
        }

        // The next block of B comes while this one is used: with each tile one column of its cache lines.
        private readonly void AskForB(ref Tile<T> tile, int depth, int firstColumn, int columns, int call)
        {
            int run = Math.Min(Depth, Shape.K - depth);
            nint step = (nint)(Shape.TransposeB ? Shape.K : Shape.N) * sizeof(T);
            int lineBytes = call * Prefetch.CacheLine;
            bool wanted = Blocking.PackB && run > 0 && lineBytes < (Shape.TransposeB ? run : columns) * sizeof(T);
            T* block = Shape.TransposeB ? B + (nint)firstColumn * Shape.K + depth : B + (nint)depth * Shape.N + firstColumn;
            tile.Ahead = (byte*)block + lineBytes;
            tile.AheadStep = wanted ? step : 0;
        }

        // A is read where it lies, unless the rows of a tile would drive each other out of the cache.
        private readonly void PrepareA(ref Tile<T> tile, int slot, int depth, int row, int rows)
        {
            bool pack = Blocking.PackA;
            T* packed = Scratch + slot * ScratchStep + PackedA;
            if (Shape.TransposeA)
            {
                T* from = A + (nint)depth * Shape.M + row;
                tile.A = pack ? packed : from;
                tile.RowStep = 1;
                tile.InnerStep = pack ? rows : Shape.M;
                for (int k = 0; pack && k < tile.Run; k++)
                {
                    new ReadOnlySpan<T>(from + (nint)k * Shape.M, rows).CopyTo(new Span<T>(packed + k * rows, rows));
                }
            }
            else
            {
                T* from = A + (nint)row * Shape.K + depth;
                tile.A = pack ? packed : from;
                tile.RowStep = pack ? Depth + RowPadding : Shape.K;
                tile.InnerStep = 1;
                for (int r = 0; pack && r < rows; r++)
                {
                    new ReadOnlySpan<T>(from + (nint)r * Shape.K, tile.Run).CopyTo(new Span<T>(packed + r * (Depth + RowPadding), tile.Run));
                }
            }
        }

        private readonly void RowOfTiles(
            ref Tile<T> shared, int slot, int row, int rows, int firstColumn, int columns, T* strips, nint stripStep, int depth, bool last, int tileNumber)
        {
            nint origin = 0;
            Tile<T> tile = shared;
            tile.Offsets = &origin;
            tile.Segments = 1;
            tile.CStep = Shape.N;
            tile.Relu = last && Relu;
            for (int column = 0; column < columns; column += Strips<T, TVector, TLanes>.Width, strips += stripStep)
            {
                // C of the next strip: it comes while this one is computed.
                int next = Math.Min(columns - column - Strips<T, TVector, TLanes>.Width, Strips<T, TVector, TLanes>.Width);
                Prefetch.Rows(C + (nint)row * Shape.N + firstColumn + column + Strips<T, TVector, TLanes>.Width, Shape.N * sizeof(T), rows, next * sizeof(T));
                tile.B = strips;
                AskForB(
                    ref tile, depth + shared.Run, firstColumn, columns,
                    tileNumber * Strips<T, TVector, TLanes>.Count(columns) + column / Strips<T, TVector, TLanes>.Width);
                tile.C = C + (nint)row * Shape.N + firstColumn + column;
                tile.Bias = last && Bias != null ? Bias + firstColumn + column : null;
                TileEdges<T, TVector, TLanes>.Run(&tile, rows, columns - column, Scratch + slot * ScratchStep + Edge);
            }
        }
    }
}
