namespace ModelSessions.Cpu.Numerics;

/// <summary>Convolutions and gradients of their inputs: windows slide over a source and are multiplied with weights by
/// <see cref="TileKernel"/>, which reads the windows where they lie; no matrix of windows is made.</summary>
internal unsafe struct SlidingProduct<T, TVector, TLanes> : IParallelBody
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    // Fewer columns than this do not fill a tile: windows of several rows are then gathered into one.
    private const int ColumnsForTile = 4;

    private const long ProductsWorthAThread = 100_000;

    public int Batch;
    public int Groups;
    public T* Source;
    public PaddedImage Padded;
    public int SourceGroup;
    public T* Destination;
    public int DestinationRows;
    public int DestinationColumns;
    public int DestinationChannels;
    public T* Bias;
    public bool Relu;
    public SlidingPhase<T>* Phases;
    public int PhaseCount;
    public int Reach;

    private int _chunks;
    private int _positions;
    private int _sourceStep;
    private T* _scratch;
    private nint _scratchStep;
    private nint _edge;
    private nint _gathered;

    private readonly int DestinationGroup => DestinationChannels / Groups;

    /// <summary>Computes the destination.</summary>
    public void Compute(WorkerPool pool, Workspace workspace)
    {
        long products = 0;
        int gatheredLength = 0;
        for (int i = 0; i < PhaseCount; i++)
        {
            ref SlidingPhase<T> phase = ref Phases[i];
            int factors = phase.Segments * phase.Run;
            _positions = Math.Max(_positions, phase.Rows.Count);
            _sourceStep = phase.Rows.SourceStep;
            products += (long)phase.Rows.Count * phase.Columns.Count * factors * DestinationChannels;
            gatheredLength = Math.Max(gatheredLength, phase.Columns.Count < ColumnsForTile ? factors : 0);
        }

        if (_positions == 0 || Batch == 0)
        {
            return;
        }

        long wanted = pool.ThreadCount == 1 ? 1 : Math.Clamp(Batch * products / ProductsWorthAThread, 1, pool.ThreadCount * 4L);
        _chunks = (int)Math.Clamp((wanted + Batch - 1) / Batch, 1, _positions);
        int rows = (_positions + _chunks - 1) / _chunks;
        _edge = (nint)Padded.Length((rows - 1) * _sourceStep + Reach);
        _gathered = _edge + (TLanes.TileRows + 1) * Strips<T, TVector, TLanes>.Width;
        _scratchStep = _gathered + gatheredLength * TLanes.TileRows;
        using Workspace.Lease lease = workspace.Rent(_scratchStep * sizeof(T) * pool.ThreadCount);
        _scratch = lease.Pointer<T>();
        pool.For(Batch * _chunks, this);
    }

    public readonly void Run(int index, int slot)
    {
        (int image, int chunk) = Math.DivRem(index, _chunks);
        int start = (int)((long)chunk * _positions / _chunks);
        int end = (int)((long)(chunk + 1) * _positions / _chunks);
        T* scratch = _scratch + slot * _scratchStep;
        T* source = Padded.Prepare(
            Source + (nint)image * Padded.Rows * Padded.Columns * Padded.Channels,
            start * _sourceStep, (end - start - 1) * _sourceStep + Reach, scratch);
        T* destination = Destination + (nint)image * DestinationRows * DestinationColumns * DestinationChannels;
        for (int i = 0; i < PhaseCount; i++)
        {
            ref SlidingPhase<T> phase = ref Phases[i];
            int last = Math.Min(end, phase.Rows.Count);
            for (int group = 0; group < Groups; group++)
            {
                for (int column = 0; column < DestinationGroup; column += Strips<T, TVector, TLanes>.Width)
                {
                    Strip(phase, source, destination, start, last, group, column, scratch);
                }
            }
        }
    }

    private readonly void Strip(
        in SlidingPhase<T> phase, T* source, T* destination, int start, int end, int group, int column, T* scratch)
    {
        int channel = group * DestinationGroup + column;
        Tile<T> tile = new()
        {
            InnerStep = 1,
            Offsets = phase.Offsets,
            Segments = phase.Segments,
            Run = phase.Run,
            B = phase.Weights + group * phase.GroupStep + column / Strips<T, TVector, TLanes>.Width * phase.StripStep,
            BStep = phase.WeightStep,
            Bias = Bias == null ? null : Bias + channel,
            Relu = Relu,
        };
        if (phase.Columns.Count < ColumnsForTile)
        {
            Gathered(phase, tile, source + group * SourceGroup, destination + channel, start, end, DestinationGroup - column, scratch);
            return;
        }

        TileSplit tiles = new(phase.Columns.Count, TLanes.TileRows);
        tile.RowStep = (nint)phase.Columns.SourceStep * Padded.Channels;
        tile.CStep = (nint)phase.Columns.DestinationStep * DestinationChannels;
        for (int row = start; row < end; row++)
        {
            Interruption.Check();
            T* sourceRow = source + group * SourceGroup + (nint)(row - start) * phase.Rows.SourceStep * Padded.RowStep;
            T* destinationRow = destination + channel + Position(phase, row, 0);
            for (int i = 0; i < tiles.Count; i++)
            {
                int first = tiles.Start(i);
                Tile<T> part = tile;
                part.A = sourceRow + first * tile.RowStep;
                part.C = destinationRow + first * tile.CStep;
                TileEdges<T, TVector, TLanes>.Run(&part, tiles.Start(i + 1) - first, DestinationGroup - column, scratch + _edge);
            }
        }
    }

    // Windows of several rows, copied one under the other; results are copied to where they belong.
    private readonly void Gathered(
        in SlidingPhase<T> phase, Tile<T> tile, T* source, T* destination, int start, int end, int columns, T* scratch)
    {
        int width = Strips<T, TVector, TLanes>.Width;
        int factors = phase.Segments * phase.Run;
        nint zero = 0;
        tile.A = scratch + _gathered;
        tile.RowStep = factors;
        tile.Offsets = &zero;
        tile.Segments = 1;
        tile.Run = factors;
        int windows = (end - start) * phase.Columns.Count;
        for (int first = 0; first < windows; first += TLanes.TileRows)
        {
            Interruption.Check();
            int rows = Math.Min(TLanes.TileRows, windows - first);
            for (int i = 0; i < rows; i++)
            {
                (int row, int column) = Math.DivRem(first + i, phase.Columns.Count);
                T* from = source + (nint)row * phase.Rows.SourceStep * Padded.RowStep + (nint)column * phase.Columns.SourceStep * Padded.Channels;
                for (int segment = 0; segment < phase.Segments; segment++)
                {
                    new ReadOnlySpan<T>(from + phase.Offsets[segment], phase.Run)
                        .CopyTo(new Span<T>(tile.A + i * factors + segment * phase.Run, phase.Run));
                }
            }

            Tile<T> part = tile;
            part.C = scratch + _edge;
            part.CStep = width;
            if (part.Bias != null && columns < width)
            {
                new ReadOnlySpan<T>(part.Bias, columns).CopyTo(new Span<T>(part.C + rows * width, width));
                part.Bias = part.C + rows * width;
            }

            TileTable<T, TVector, TLanes>.Run(&part, rows, columns > TLanes.Width ? 2 : 1);
            for (int i = 0; i < rows; i++)
            {
                (int row, int column) = Math.DivRem(first + i, phase.Columns.Count);
                int count = Math.Min(columns, width);
                new ReadOnlySpan<T>(part.C + i * width, count)
                    .CopyTo(new Span<T>(destination + Position(phase, start + row, column), count));
            }
        }
    }

    private readonly nint Position(in SlidingPhase<T> phase, int row, int column) =>
        ((nint)(phase.Rows.First + row * phase.Rows.DestinationStep) * DestinationColumns
            + phase.Columns.First + column * phase.Columns.DestinationStep) * DestinationChannels;
}
