namespace ModelSessions.Cpu.Numerics;

/// <summary>y[i] = f(x[i]). May run in place.</summary>
internal delegate void UnarySpan<TIn, TOut>(ReadOnlySpan<TIn> x, Span<TOut> y);

/// <summary>z[i] = f(x[i], y[i]). May run in place of either input.</summary>
internal delegate void BinarySpan<TIn, TOut>(ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z);

/// <summary>Runs operations on stretches of elements over whole tensors, on several threads where it pays.</summary>
internal static class Elementwise
{
    // Elements that are worth a thread: some ten microseconds of the cheapest operations.
    private const int Grain = 1 << 15;

    /// <summary>A value that stands for many is laid out in stretches of so many.</summary>
    private const int TileLength = 512;

    /// <summary>y = f(x), element by element.</summary>
    public static void Map<TIn, TOut>(WorkerPool workers, UnarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, Span<TOut> y) =>
        workers.ForRange(x.Length, Grain, new MapBody<TIn, TOut>(f, x, y));

    /// <summary>z = f(x, y), element by element; the lengths are the same.</summary>
    public static void Zip<TIn, TOut>(WorkerPool workers, BinarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z) =>
        workers.ForRange(z.Length, Grain, new ZipBody<TIn, TOut>(f, x, y, z));

    /// <summary>z = f(x, y) with broadcasting.</summary>
    public static void Broadcast<TIn, TOut>(
        WorkerPool workers, BinarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z, BroadcastLoop loop)
    {
        if (z.IsEmpty)
        {
            return;
        }

        if (loop.OuterCount == 1)
        {
            workers.ForRange(z.Length, Grain, new RowBody<TIn, TOut>(f, x, y, z, loop));
            return;
        }

        workers.ForRange(loop.OuterCount, Math.Max(1, Grain / loop.InnerLength), new OuterBody<TIn, TOut>(f, x, y, z, loop));
    }

    private static void Row<TIn, TOut>(BinarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z)
    {
        if (x.Length == z.Length && y.Length == z.Length)
        {
            f(x, y, z);
            return;
        }

        // One of the two is a single value for the whole row.
        TIn[] tile = Tile<TIn>.OfThisThread;
        int length = Math.Min(z.Length, TileLength);
        bool xIsSingle = x.Length != z.Length;
        tile.AsSpan(0, length).Fill(xIsSingle ? x[0] : y[0]);
        for (int at = 0; at < z.Length; at += length)
        {
            int part = Math.Min(length, z.Length - at);
            ReadOnlySpan<TIn> single = tile.AsSpan(0, part);
            if (xIsSingle)
            {
                f(single, y.Slice(at, part), z.Slice(at, part));
            }
            else
            {
                f(x.Slice(at, part), single, z.Slice(at, part));
            }
        }
    }

    private static class Tile<T>
    {
        [ThreadStatic]
        private static T[]? _ofThisThread;

        public static T[] OfThisThread => _ofThisThread ??= new T[TileLength];
    }

    private readonly ref struct MapBody<TIn, TOut>(UnarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, Span<TOut> y) : IRangeBody
    {
        private readonly ReadOnlySpan<TIn> _x = x;
        private readonly Span<TOut> _y = y;

        public void Run(long start, long length) => f(_x.Slice((int)start, (int)length), _y.Slice((int)start, (int)length));
    }

    private readonly ref struct ZipBody<TIn, TOut>(BinarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z) : IRangeBody
    {
        private readonly ReadOnlySpan<TIn> _x = x;
        private readonly ReadOnlySpan<TIn> _y = y;
        private readonly Span<TOut> _z = z;

        public void Run(long start, long length)
        {
            Range part = (int)start..(int)(start + length);
            f(_x[part], _y[part], _z[part]);
        }
    }

    private readonly ref struct RowBody<TIn, TOut>(
        BinarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z, BroadcastLoop loop) : IRangeBody
    {
        private readonly ReadOnlySpan<TIn> _x = x;
        private readonly ReadOnlySpan<TIn> _y = y;
        private readonly Span<TOut> _z = z;
        private readonly BroadcastLoop _loop = loop;

        public void Run(long start, long length)
        {
            Range part = (int)start..(int)(start + length);
            Row(f, _loop.XInnerStep == 0 ? _x[..1] : _x[part], _loop.YInnerStep == 0 ? _y[..1] : _y[part], _z[part]);
        }
    }

    private readonly ref struct OuterBody<TIn, TOut>(
        BinarySpan<TIn, TOut> f, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> z, BroadcastLoop loop) : IRangeBody
    {
        private readonly ReadOnlySpan<TIn> _x = x;
        private readonly ReadOnlySpan<TIn> _y = y;
        private readonly Span<TOut> _z = z;
        private readonly BroadcastLoop _loop = loop;

        public void Run(long start, long length)
        {
            int inner = (int)_loop.InnerLength;
            for (long outer = start; outer < start + length; outer++)
            {
                (long xAt, long yAt) = _loop.Start(outer);
                Row(
                    f,
                    _x.Slice((int)xAt, _loop.XInnerStep == 0 ? 1 : inner),
                    _y.Slice((int)yAt, _loop.YInnerStep == 0 ? 1 : inner),
                    _z.Slice((int)(outer * inner), inner));
            }
        }
    }
}
