namespace ModelSessions.Cpu.Numerics;

/// <summary>The gradient of a convolution's filter: for each tap and input channel, the sum over all windows of what the window read
/// there times the gradients of what it gave. Images are summed in chunks; the shape alone says how many, and chunks are added
/// in order, so that the bits do not depend on the threads.</summary>
internal unsafe struct SlidingFilterGradient<T, TVector, TLanes> : IParallelBody
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    // Sums of several chunks lie side by side: not more of them than this many elements.
    private const long MaxPartialElements = 2_000_000;
    private const int MaxChunks = 8;
    private const long ProductsWorthAThread = 100_000;

    private ConvolutionGeometry _geometry;
    private PaddedImage _padded;
    private T* _input;
    private T* _outputGradient;
    private T* _filterGradient;
    private T* _partials;
    private nint* _offsets;
    private int _chunks;
    private int _parts;
    private bool _pack;
    private T* _scratch;
    private nint _scratchStep;
    private nint _packed;
    private nint _edge;

    private readonly int PerGroup => _geometry.OutputChannels / _geometry.Groups;

    // Rows of the gradient whose inputs are neighbours: those of a row of taps, or of one tap.
    private readonly bool RowsJoined => _geometry.Groups == 1 && _geometry.Columns.Dilation == 1;

    private readonly int BlockRows => RowsJoined ? _geometry.Columns.Window * _geometry.InputChannels : _geometry.FilterInputChannels;

    private readonly int Blocks => _geometry.Rows.Window * (RowsJoined ? 1 : _geometry.Columns.Window);

    /// <summary>Computes the gradient of the filter.</summary>
    public static void Compute(
        in ConvolutionGeometry geometry, T* input, T* outputGradient, T* filterGradient, WorkerPool pool, Workspace workspace)
    {
        SlidingFilterGradient<T, TVector, TLanes> body = new()
        {
            _geometry = geometry,
            _padded = PaddedImage.For(
                geometry.Rows.Input, geometry.Columns.Input, geometry.InputChannels,
                -geometry.Rows.PadBefore, End(geometry.Rows), -geometry.Columns.PadBefore, End(geometry.Columns)),
            _input = input,
            _outputGradient = outputGradient,
            _filterGradient = filterGradient,
            _chunks = (int)Math.Clamp(MaxPartialElements / geometry.FilterCount, 1, Math.Min(MaxChunks, geometry.Batch)),
            _pack = (geometry.OutputChannels / geometry.Groups) % TLanes.Width != 0,
        };
        body.Compute(pool, workspace);
    }

    public readonly void Run(int index, int slot)
    {
        (int chunk, int part) = Math.DivRem(index, _parts);
        T* scratch = _scratch + slot * _scratchStep;
        T* sums = chunk == 0 ? _filterGradient : _partials + (nint)(chunk - 1) * (nint)_geometry.FilterCount;
        int start = (int)((long)chunk * _geometry.Batch / _chunks);
        int end = (int)((long)(chunk + 1) * _geometry.Batch / _chunks);
        for (int image = start; image < end; image++)
        {
            AddImage(image, part, image > start, sums, scratch);
        }
    }

    private void Compute(WorkerPool pool, Workspace workspace)
    {
        int tiles = Blocks * new TileSplit(BlockRows, TLanes.TileRows).Count;
        long products = _geometry.OutputCount * _geometry.Rows.Window * _geometry.Columns.Window * _geometry.FilterInputChannels;
        long wanted = pool.ThreadCount == 1 ? 1 : Math.Clamp(products / ProductsWorthAThread, 1, pool.ThreadCount * 2L);
        _parts = (int)Math.Clamp((wanted + _chunks - 1) / _chunks, 1, tiles);
        int windows = _geometry.Rows.Output * _geometry.Columns.Output;
        _packed = (nint)_padded.Length((_geometry.Rows.Output - 1) * _geometry.Rows.Stride + _geometry.Rows.Reach);
        _edge = _packed + (_pack ? windows * _geometry.Groups * Strips<T, TVector, TLanes>.Count(PerGroup) * Strips<T, TVector, TLanes>.Width : 0);
        _scratchStep = _edge + (TLanes.TileRows + 1) * Strips<T, TVector, TLanes>.Width;
        using Workspace.Lease scratch = workspace.Rent(_scratchStep * sizeof(T) * pool.ThreadCount);
        using Workspace.Lease partials = workspace.Rent((_chunks - 1) * _geometry.FilterCount * sizeof(T));
        using Workspace.Lease offsets = workspace.Rent(_geometry.Rows.Output * sizeof(nint));
        _scratch = scratch.Pointer<T>();
        _partials = partials.Pointer<T>();
        _offsets = offsets.Pointer<nint>();
        for (int row = 0; row < _geometry.Rows.Output; row++)
        {
            _offsets[row] = (nint)row * _geometry.Rows.Stride * _padded.RowStep;
        }

        pool.For(_chunks * _parts, this);
        if (_chunks > 1)
        {
            pool.ForRange(_geometry.FilterCount, 16_384, new ChunkSum(_filterGradient, _partials, (nint)_geometry.FilterCount, _chunks - 1));
        }
    }

    private readonly void AddImage(int image, int part, bool accumulate, T* sums, T* scratch)
    {
        T* source = _padded.Prepare(
            _input + (nint)image * _geometry.Rows.Input * _geometry.Columns.Input * _geometry.InputChannels,
            0, (_geometry.Rows.Output - 1) * _geometry.Rows.Stride + _geometry.Rows.Reach, scratch);
        int windows = _geometry.Rows.Output * _geometry.Columns.Output;
        T* gradient = _outputGradient + (nint)image * windows * _geometry.OutputChannels;
        nint stripStep = _pack ? (nint)windows * Strips<T, TVector, TLanes>.Width : Strips<T, TVector, TLanes>.Width;
        nint groupStep = _pack ? stripStep * Strips<T, TVector, TLanes>.Count(PerGroup) : PerGroup;
        for (int group = 0; _pack && group < _geometry.Groups; group++)
        {
            Strips<T, TVector, TLanes>.Pack(
                gradient + group * PerGroup, _geometry.OutputChannels, windows, PerGroup, scratch + _packed + group * groupStep, stripStep);
        }

        Tile<T> tile = new()
        {
            RowStep = 1,
            InnerStep = (nint)_geometry.Columns.Stride * _geometry.InputChannels,
            Offsets = _offsets,
            Segments = _geometry.Rows.Output,
            Run = _geometry.Columns.Output,
            BStep = _pack ? Strips<T, TVector, TLanes>.Width : _geometry.OutputChannels,
            CStep = _geometry.OutputChannels,
            Accumulate = accumulate,
        };
        T* weights = _pack ? scratch + _packed : gradient;
        for (int group = 0; group < _geometry.Groups; group++, weights += groupStep)
        {
            AddGroup(tile, part, source + group * _geometry.FilterInputChannels, weights, stripStep, sums + group * PerGroup, scratch);
        }
    }

    private readonly void AddGroup(Tile<T> shared, int part, T* source, T* weights, nint stripStep, T* sums, T* scratch)
    {
        TileSplit tiles = new(BlockRows, TLanes.TileRows);
        int all = Blocks * tiles.Count;
        int end = (int)((long)(part + 1) * all / _parts);
        for (int i = (int)((long)part * all / _parts); i < end; i++)
        {
            Interruption.Check();
            (int block, int inBlock) = Math.DivRem(i, tiles.Count);
            int row = tiles.Start(inBlock);
            int rows = tiles.Start(inBlock + 1) - row;
            T* strip = weights;
            for (int column = 0; column < PerGroup; column += Strips<T, TVector, TLanes>.Width, strip += stripStep)
            {
                Tile<T> tile = shared;
                tile.A = source + BlockOffset(block) + row;
                tile.B = strip;
                tile.C = sums + ((nint)block * BlockRows + row) * _geometry.OutputChannels + column;
                TileEdges<T, TVector, TLanes>.Run(&tile, rows, PerGroup - column, scratch + _edge);
            }
        }
    }

    private readonly nint BlockOffset(int block)
    {
        (int row, int column) = RowsJoined ? (block, 0) : Math.DivRem(block, _geometry.Columns.Window);
        return (nint)row * _geometry.Rows.Dilation * _padded.RowStep + (nint)column * _geometry.Columns.Dilation * _geometry.InputChannels;
    }

    private static int End(in WindowAxis axis) => (axis.Output - 1) * axis.Stride - axis.PadBefore + axis.Reach;

    private readonly struct ChunkSum(T* sums, T* partials, nint step, int count) : IRangeBody
    {
        public void Run(long start, long length)
        {
            long at = start;
            for (; at + TLanes.Width <= start + length; at += TLanes.Width)
            {
                TVector sum = TLanes.Load(sums + at);
                for (int i = 0; i < count; i++)
                {
                    sum = TLanes.Add(sum, TLanes.Load(partials + i * step + at));
                }

                TLanes.Store(sum, sums + at);
            }

            for (; at < start + length; at++)
            {
                for (int i = 0; i < count; i++)
                {
                    sums[at] = TLanes.Add(sums[at], partials[i * step + at]);
                }
            }
        }
    }
}
