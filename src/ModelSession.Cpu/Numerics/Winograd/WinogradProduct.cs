using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Convolutions, and gradients of their inputs, by Winograd's way: tiles of the source go to the points, at each point a product
/// of matrices goes over the channels, and the results come back from the points.</summary>
internal unsafe struct WinogradProduct<T, TVector, TLanes, TSize> : IParallelBody
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
    where TSize : IConstant
{
    private WinogradImages<T> _source;
    private WinogradImages<T> _destination;
    private PaddedImage _padded;
    private WinogradTiles _tiles;
    private T* _weights;
    private T* _bias;
    private bool _relu;
    private T* _scratch;
    private nint _scratchStep;
    private nint _values;
    private nint _results;
    private nint _small;

    private static int Width => Strips<T, TVector, TLanes>.Width;

    // From one tile to the next, and from one point to the next: not where cache sets meet.
    private readonly nint TileStep => _source.Channels + (CacheSets.Collide(_source.Channels * sizeof(T)) ? TLanes.Width : 0);

    private readonly nint PointStep => _tiles.MaxGroup * TileStep + TLanes.Width;

    private readonly nint ResultStep => (nint)_tiles.MaxGroup * Width + TLanes.Width;

    /// <summary>Computes the destination.</summary>
    public static void Compute(
        int batch, in WinogradImages<T> source, in WinogradImages<T> destination, T* filter, bool flipped, T* bias, bool relu,
        WorkerPool pool, Workspace workspace)
    {
        int taps = WinogradPoints.Count + 1 - TSize.Value;
        int wantedGroups = pool.ThreadCount == 1 ? 1 : (2 * pool.ThreadCount + batch - 1) / batch;
        WinogradTiles tiles = new(
            destination.Rows, destination.Columns, TSize.Value, (source.Channels + Width) * sizeof(T), wantedGroups);
        long weights = (long)WinogradPoints.Square * Strips<T, TVector, TLanes>.Count(destination.Channels) * source.Channels * Width;
        using Workspace.Lease weightsLease = workspace.Rent(weights * sizeof(T));
        WinogradProduct<T, TVector, TLanes, TSize> body = new()
        {
            _source = source,
            _destination = destination,
            _padded = source.Padded(tiles.Rows, tiles.Columns, TSize.Value),
            _tiles = tiles,
            _weights = weightsLease.Pointer<T>(),
            _bias = bias,
            _relu = relu,
        };
        body.Compute(batch, filter, taps, flipped, pool, workspace);
    }

    public readonly void Run(int index, int slot)
    {
        (int image, int group) = Math.DivRem(index, _tiles.GroupCount);
        T* scratch = _scratch + slot * _scratchStep;
        int first = _tiles.Start(group);
        int count = _tiles.Start(group + 1) - first;
        WinogradInputs<T, TVector, TLanes>.Transform(
            _source.Image(image), _padded, _tiles, first, count, scratch, scratch + _values, TileStep, PointStep, scratch + _small);
        TileSplit rows = new(count, TLanes.TileRows);
        for (int column = 0; column < _destination.Channels; column += Width)
        {
            Interruption.Check();
            for (int point = 0; point < WinogradPoints.Square; point++)
            {
                Multiply(point, column, rows, scratch);
            }

            for (int i = 0; i < count; i++)
            {
                Store(image, first + i, column, scratch + _results + i * Width, scratch + _small);
            }
        }
    }

    private void Compute(int batch, T* filter, int taps, bool flipped, WorkerPool pool, Workspace workspace)
    {
        _values = (nint)_padded.Length((_tiles.MaxGroupRows - 1) * TSize.Value + WinogradPoints.Count);
        _results = _values + WinogradPoints.Square * PointStep;
        _small = _results + WinogradPoints.Square * ResultStep;
        _scratchStep = _small + 2 * WinogradFilter<T, TVector, TLanes>.ScratchLength;
        using Workspace.Lease scratch = workspace.Rent(_scratchStep * sizeof(T) * pool.ThreadCount);
        using Workspace.Lease coefficients = workspace.Rent(WinogradPoints.Count * taps * sizeof(T));
        _scratch = scratch.Pointer<T>();
        WinogradFilter<T, TVector, TLanes>.Coefficients(coefficients.Pointer<T>(), taps);
        WinogradFilter<T, TVector, TLanes>.Transform(
            filter, taps, _source.Channels, _destination.Channels, flipped, coefficients.Pointer<T>(), _weights, _scratch, pool);
        pool.For(batch * _tiles.GroupCount, this);
    }

    private readonly void Multiply(int point, int column, TileSplit rows, T* scratch)
    {
        nint zero = 0;
        int strips = Strips<T, TVector, TLanes>.Count(_destination.Channels);
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Start(i);
            Tile<T> tile = new()
            {
                A = scratch + _values + point * PointStep + row * TileStep,
                RowStep = TileStep,
                InnerStep = 1,
                Offsets = &zero,
                Segments = 1,
                Run = _source.Channels,
                B = _weights + ((nint)point * strips * Width + column) * _source.Channels,
                BStep = Width,
                C = scratch + _results + point * ResultStep + row * Width,
                CStep = Width,
            };
            TileTable<T, TVector, TLanes>.Run(&tile, rows.Start(i + 1) - row, _destination.Channels - column > TLanes.Width ? 2 : 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Store(int image, int index, int column, T* results, T* small)
    {
        (int tileRow, int tileColumn) = Math.DivRem(index, _tiles.Columns);
        int rows = Math.Min(TSize.Value, _destination.Rows - tileRow * TSize.Value);
        int columns = Math.Min(TSize.Value, _destination.Columns - tileColumn * TSize.Value);
        T* to = _destination.Image(image)
            + ((nint)tileRow * TSize.Value * _destination.Columns + tileColumn * TSize.Value) * _destination.Channels;
        T* outputs = small + WinogradTransforms<T, TVector, TLanes>.ScratchLength;
        int end = Math.Min(column + Width, _destination.Channels);
        for (int channel = column; channel < end; channel += TLanes.Width, results += TLanes.Width)
        {
            WinogradTransforms<T, TVector, TLanes>.Output<TSize>(results, ResultStep, outputs, small);
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++)
                {
                    TVector value = TLanes.Load(outputs + (y * TSize.Value + x) * TLanes.Width);
                    value = _bias == null ? value : TLanes.Add(value, TLanes.Load(_bias + channel));
                    value = _relu ? TLanes.Relu(value) : value;
                    TLanes.Store(value, to + ((nint)y * _destination.Columns + x) * _destination.Channels + channel);
                }
            }
        }
    }
}
