namespace ModelSessions.Cpu.Numerics;

/// <summary>A filter's values at the points, packed in strips, and back from the gradients of the values to that of the filter.
/// Each part is one source channel (forth) or one row of the filter's gradient (back).</summary>
internal static unsafe class WinogradFilter<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    private const int Points = WinogradPoints.Count;

    /// <summary>Elements of scratch memory for each thread.</summary>
    public static int ScratchLength => 2 * WinogradPoints.Square * TLanes.Width;

    /// <summary>Fills the coefficients: for each point those of all taps.</summary>
    public static void Coefficients(T* coefficients, int taps)
    {
        for (int i = 0; i < Points * taps; i++)
        {
            coefficients[i] = TLanes.ToScalar(WinogradPoints.Filter(i / taps, i % taps, taps));
        }
    }

    /// <summary>The values of a filter at the points: [point][strip][source channel][column].</summary>
    /// <param name="filter">[taps][taps][source][results], or where flipped (for the gradient of the input) [..][results][source].</param>
    /// <param name="taps">The side of the filter.</param>
    /// <param name="source">Channels that the product reads.</param>
    /// <param name="results">Channels that it gives.</param>
    /// <param name="flipped">Whether taps are counted from the end, and channels are exchanged.</param>
    /// <param name="coefficients">What <see cref="Coefficients"/> filled.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="scratch">Memory for each thread.</param>
    /// <param name="pool">The threads.</param>
    public static void Transform(
        T* filter, int taps, int source, int results, bool flipped, T* coefficients, T* values, T* scratch, WorkerPool pool) =>
        pool.For(source, new TransformBody(filter, taps, source, results, flipped, coefficients, values, scratch));

    /// <summary>The gradient of the filter from the sums of some chunks: [chunk][point][source channel][result].</summary>
    public static void Gradient(
        T* sums, int chunks, int taps, int source, int results, T* coefficients, T* gradient, T* scratch, WorkerPool pool) =>
        pool.For(source, new GradientBody(sums, chunks, taps, source, results, coefficients, gradient, scratch));

    private readonly struct TransformBody(
        T* filter, int taps, int source, int results, bool flipped, T* coefficients, T* values, T* scratch) : IParallelBody
    {
        public void Run(int index, int slot)
        {
            T* gathered = scratch + slot * ScratchLength;
            T* half = gathered + WinogradPoints.Square * TLanes.Width;
            int width = Strips<T, TVector, TLanes>.Width;
            for (int column = 0; column < results; column += TLanes.Width)
            {
                for (int tap = 0; tap < taps * taps; tap++)
                {
                    Gather(gathered + tap * TLanes.Width, tap, index, column);
                }

                // Columns, then rows.
                for (int i = 0; i < taps; i++)
                {
                    for (int point = 0; point < Points; point++)
                    {
                        TVector sum = Combine(gathered + i * TLanes.Width, taps * TLanes.Width, coefficients + point * taps, 1);
                        TLanes.Store(sum, half + (point * taps + i) * TLanes.Width);
                    }
                }

                (int strip, int inStrip) = Math.DivRem(column, width);
                T* to = values + ((nint)strip * source + index) * width + inStrip;
                nint pointStep = (nint)Strips<T, TVector, TLanes>.Count(results) * source * width;
                for (int point = 0; point < WinogradPoints.Square; point++)
                {
                    T* row = half + point / Points * taps * TLanes.Width;
                    TLanes.Store(Combine(row, TLanes.Width, coefficients + point % Points * taps, 1), to + point * pointStep);
                }
            }
        }

        private void Gather(T* to, int tap, int channel, int column)
        {
            if (!flipped)
            {
                TLanes.Store(TLanes.Load(filter + ((nint)tap * source + channel) * results + column), to);
                return;
            }

            T* from = filter + ((nint)(taps * taps - 1 - tap) * results + column) * source + channel;
            for (int i = 0; i < TLanes.Width; i++)
            {
                to[i] = from[(nint)i * source];
            }
        }

        private TVector Combine(T* from, nint step, T* factors, int factorStep) =>
            WinogradFilter<T, TVector, TLanes>.Combine(from, step, factors, factorStep, taps);
    }

    private readonly struct GradientBody(
        T* sums, int chunks, int taps, int source, int results, T* coefficients, T* gradient, T* scratch) : IParallelBody
    {
        public void Run(int index, int slot)
        {
            T* gathered = scratch + slot * ScratchLength;
            T* half = gathered + WinogradPoints.Square * TLanes.Width;
            nint pointStep = (nint)source * results;
            for (int column = 0; column < results; column += TLanes.Width)
            {
                for (int point = 0; point < WinogradPoints.Square; point++)
                {
                    T* from = sums + point * pointStep + (nint)index * results + column;
                    TVector sum = TLanes.Load(from);
                    for (int chunk = 1; chunk < chunks; chunk++)
                    {
                        sum = TLanes.Add(sum, TLanes.Load(from + chunk * WinogradPoints.Square * pointStep));
                    }

                    TLanes.Store(sum, gathered + point * TLanes.Width);
                }

                for (int i = 0; i < taps * Points; i++)
                {
                    (int tap, int point) = Math.DivRem(i, Points);
                    TVector sum = Combine(gathered + point * TLanes.Width, Points * TLanes.Width, coefficients + tap, taps, Points);
                    TLanes.Store(sum, half + i * TLanes.Width);
                }

                for (int i = 0; i < taps * taps; i++)
                {
                    (int row, int tap) = Math.DivRem(i, taps);
                    TVector sum = Combine(half + row * Points * TLanes.Width, TLanes.Width, coefficients + tap, taps, Points);
                    TLanes.Store(sum, gradient + ((nint)i * source + index) * results + column);
                }
            }
        }
    }

    private static TVector Combine(T* from, nint step, T* factors, int factorStep, int count)
    {
        TVector sum = default;
        for (int i = 0; i < count; i++)
        {
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(factors + i * factorStep), TLanes.Load(from + i * step), sum);
        }

        return sum;
    }
}
