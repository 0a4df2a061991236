using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The gradient of a convolution's filter by Winograd's way, transposed: inputs and gradients of the outputs go to the points, their
/// products are summed there over all tiles, and the sums come back as taps. Images are summed in chunks; the shape alone says how
/// many, and chunks are added in order.</summary>
internal unsafe struct WinogradFilterGradient<T, TVector, TLanes, TSize> : IParallelBody
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
    where TSize : IConstant
{
    private const long MaxSums = 4_000_000;
    private const int MaxChunks = 8;

    private int _batch;
    private WinogradImages<T> _source;
    private WinogradImages<T> _gradient;
    private PaddedImage _padded;
    private WinogradTiles _tiles;
    private int _chunks;
    private int _parts;
    private T* _sums;
    private T* _scratch;
    private nint _scratchStep;
    private nint _values;
    private nint _spread;
    private nint _small;

    private static int Width => Strips<T, TVector, TLanes>.Width;

    private readonly nint TileStep => _source.Channels + (CacheSets.Collide(_source.Channels * sizeof(T)) ? TLanes.Width : 0);

    private readonly nint PointStep => _tiles.MaxGroup * TileStep + TLanes.Width;

    private readonly nint SpreadStep => (nint)_tiles.MaxGroup * Width + TLanes.Width;

    private readonly nint SumsLength => (nint)WinogradPoints.Square * _source.Channels * _gradient.Channels;

    /// <summary>Computes the gradient of the filter.</summary>
    public static void Compute(
        int batch, in WinogradImages<T> source, in WinogradImages<T> gradient, T* filterGradient, WorkerPool pool, Workspace workspace)
    {
        WinogradTiles tiles = new(gradient.Rows, gradient.Columns, TSize.Value, (source.Channels + Width) * sizeof(T), 1);
        WinogradFilterGradient<T, TVector, TLanes, TSize> body = new()
        {
            _batch = batch,
            _source = source,
            _gradient = gradient,
            _padded = source.Padded(tiles.Rows, tiles.Columns, TSize.Value),
            _tiles = tiles,
        };
        body.Compute(filterGradient, pool, workspace);
    }

    public readonly void Run(int index, int slot)
    {
        (int chunk, int part) = Math.DivRem(index, _parts);
        T* scratch = _scratch + slot * _scratchStep;
        T* sums = _sums + chunk * SumsLength;
        int start = (int)((long)chunk * _batch / _chunks);
        int end = (int)((long)(chunk + 1) * _batch / _chunks);
        for (int image = start; image < end; image++)
        {
            for (int group = 0; group < _tiles.GroupCount; group++)
            {
                AddGroup(image, group, part, image > start || group > 0, sums, scratch);
            }
        }
    }

    private void Compute(T* filterGradient, WorkerPool pool, Workspace workspace)
    {
        int taps = WinogradPoints.Count + 1 - TSize.Value;
        _chunks = (int)Math.Clamp(MaxSums / SumsLength, 1, Math.Min(MaxChunks, _batch));
        _parts = pool.ThreadCount == 1 ? 1 : Math.Min((2 * pool.ThreadCount + _chunks - 1) / _chunks, WinogradPoints.Square);
        _values = (nint)_padded.Length((_tiles.MaxGroupRows - 1) * TSize.Value + WinogradPoints.Count);
        _spread = _values + WinogradPoints.Square * PointStep;
        _small = _spread + WinogradPoints.Square * SpreadStep;
        _scratchStep = _small + 2 * WinogradFilter<T, TVector, TLanes>.ScratchLength;
        using Workspace.Lease scratch = workspace.Rent(_scratchStep * sizeof(T) * pool.ThreadCount);
        using Workspace.Lease sums = workspace.Rent(_chunks * (long)SumsLength * sizeof(T));
        using Workspace.Lease coefficients = workspace.Rent(WinogradPoints.Count * taps * sizeof(T));
        _scratch = scratch.Pointer<T>();
        _sums = sums.Pointer<T>();
        pool.For(_chunks * _parts, this);
        WinogradFilter<T, TVector, TLanes>.Coefficients(coefficients.Pointer<T>(), taps);
        WinogradFilter<T, TVector, TLanes>.Gradient(
            _sums, _chunks, taps, _source.Channels, _gradient.Channels, coefficients.Pointer<T>(), filterGradient, _scratch, pool);
    }

    private readonly void AddGroup(int image, int group, int part, bool accumulate, T* sums, T* scratch)
    {
        int first = _tiles.Start(group);
        int count = _tiles.Start(group + 1) - first;
        WinogradInputs<T, TVector, TLanes>.Transform(
            _source.Image(image), _padded, _tiles, first, count, scratch, scratch + _values, TileStep, PointStep, scratch + _small);
        int firstPoint = part * WinogradPoints.Square / _parts;
        int lastPoint = (part + 1) * WinogradPoints.Square / _parts;
        for (int column = 0; column < _gradient.Channels; column += Width)
        {
            Interruption.Check();
            for (int i = 0; i < count; i++)
            {
                Spread(image, first + i, column, scratch + _spread + i * Width, scratch + _small);
            }

            for (int point = firstPoint; point < lastPoint; point++)
            {
                Multiply(point, count, column, accumulate, sums, scratch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Spread(int image, int index, int column, T* values, T* small)
    {
        (int tileRow, int tileColumn) = Math.DivRem(index, _tiles.Columns);
        int rows = Math.Min(TSize.Value, _gradient.Rows - tileRow * TSize.Value);
        int columns = Math.Min(TSize.Value, _gradient.Columns - tileColumn * TSize.Value);
        T* from = _gradient.Image(image) + ((nint)tileRow * TSize.Value * _gradient.Columns + tileColumn * TSize.Value) * _gradient.Channels;
        T* tile = small + WinogradTransforms<T, TVector, TLanes>.ScratchLength;
        int end = Math.Min(column + Width, _gradient.Channels);
        for (int channel = column; channel < end; channel += TLanes.Width, values += TLanes.Width)
        {
            for (int i = 0; i < TSize.Value * TSize.Value; i++)
            {
                (int y, int x) = (i / TSize.Value, i % TSize.Value);
                TVector value = y < rows && x < columns
                    ? TLanes.Load(from + ((nint)y * _gradient.Columns + x) * _gradient.Channels + channel)
                    : default;
                TLanes.Store(value, tile + i * TLanes.Width);
            }

            WinogradTransforms<T, TVector, TLanes>.Spread<TSize>(tile, values, SpreadStep, small);
        }
    }

    private readonly void Multiply(int point, int count, int column, bool accumulate, T* sums, T* scratch)
    {
        nint zero = 0;
        TileSplit rows = new(_source.Channels, TLanes.TileRows);
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Start(i);
            Tile<T> tile = new()
            {
                A = scratch + _values + point * PointStep + row,
                RowStep = 1,
                InnerStep = TileStep,
                Offsets = &zero,
                Segments = 1,
                Run = count,
                B = scratch + _spread + point * SpreadStep,
                BStep = Width,
                C = sums + ((nint)point * _source.Channels + row) * _gradient.Channels + column,
                CStep = _gradient.Channels,
                Accumulate = accumulate,
            };
            TileTable<T, TVector, TLanes>.Run(&tile, rows.Start(i + 1) - row, _gradient.Channels - column > TLanes.Width ? 2 : 1);
        }
    }
}
