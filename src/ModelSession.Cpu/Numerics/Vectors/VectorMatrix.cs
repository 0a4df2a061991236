using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Products of one row and a matrix: the memory's speed decides, so the matrix is read once, in the order in which it lies.</summary>
internal static unsafe class VectorMatrix<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    private const int RowsAtOnce = 8;

    // Elements of the matrix: less is not worth a thread.
    private const long ElementsWorthAThread = 32_768;

    /// <summary>y[n] = x[k] · B[k,n], each sum from the first product to the last.</summary>
    /// <param name="k">Elements of x.</param>
    /// <param name="n">Elements of y.</param>
    /// <param name="x">The row.</param>
    /// <param name="b">The matrix.</param>
    /// <param name="y">The result.</param>
    /// <param name="end">What follows.</param>
    /// <param name="pool">The threads.</param>
    public static void Multiply(int k, int n, T* x, T* b, T* y, VectorEpilogue<T> end, WorkerPool pool)
    {
        // Whole cache lines, and long stretches of each row.
        const int leastColumns = 128;
        int blocks = (int)Math.Clamp(Math.Min(k * (long)n / ElementsWorthAThread, n / leastColumns), 1, pool.ThreadCount * 2);
        int columns = ((n + blocks - 1) / blocks + leastColumns - 1) / leastColumns * leastColumns;
        pool.For((n + columns - 1) / columns, new ColumnsBody(k, n, columns, x, b, y, end));
    }

    /// <summary>y[n] = x[k] · transposed B[n,k]; the lanes of a vector are summed apart.</summary>
    /// <inheritdoc cref="Multiply"/>
    public static void MultiplyTransposed(int k, int n, T* x, T* b, T* y, VectorEpilogue<T> end, WorkerPool pool)
    {
        int blocks = (int)Math.Clamp(k * (long)n / ElementsWorthAThread, 1, Math.Min(pool.ThreadCount * 4, n));
        int rows = (n + blocks - 1) / blocks;
        pool.For((n + rows - 1) / rows, new DotsBody(k, n, rows, x, b, y, end));
    }

    private readonly struct ColumnsBody(int k, int n, int columns, T* x, T* b, T* y, VectorEpilogue<T> end) : IParallelBody
    {
        public void Run(int index, int slot)
        {
            int first = index * columns;
            int count = Math.Min(columns, n - first);
            new Span<T>(y + first, count).Clear();
            int row = 0;
            for (; row + RowsAtOnce <= k; row += RowsAtOnce)
            {
                Interruption.Check();
                Prefetch.Rows(b + (nint)(row + RowsAtOnce) * n + first, n * sizeof(T), RowsAtOnce, count * sizeof(T));
                AddRows(x + row, b + (nint)row * n + first, n, y + first, count);
            }

            for (; row < k; row++)
            {
                Interruption.Check();
                AddRow(x + row, b + (nint)row * n + first, y + first, 0, count);
            }

            end.Apply<TVector, TLanes>(y, first, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AddRows(T* x, T* b, nint step, T* y, int count)
        {
            TVector x0 = TLanes.Broadcast(x);
            TVector x1 = TLanes.Broadcast(x + 1);
            TVector x2 = TLanes.Broadcast(x + 2);
            TVector x3 = TLanes.Broadcast(x + 3);
            TVector x4 = TLanes.Broadcast(x + 4);
            TVector x5 = TLanes.Broadcast(x + 5);
            TVector x6 = TLanes.Broadcast(x + 6);
            TVector x7 = TLanes.Broadcast(x + 7);
            T* b4 = b + 4 * step;
            int whole = count / TLanes.Width * TLanes.Width;
            for (int i = 0; i < whole; i += TLanes.Width)
            {
                TVector sum = TLanes.MultiplyAdd(x0, TLanes.Load(b + i), TLanes.Load(y + i));
                sum = TLanes.MultiplyAdd(x1, TLanes.Load(b + step + i), sum);
                sum = TLanes.MultiplyAdd(x2, TLanes.Load(b + 2 * step + i), sum);
                sum = TLanes.MultiplyAdd(x3, TLanes.Load(b + 3 * step + i), sum);
                sum = TLanes.MultiplyAdd(x4, TLanes.Load(b4 + i), sum);
                sum = TLanes.MultiplyAdd(x5, TLanes.Load(b4 + step + i), sum);
                sum = TLanes.MultiplyAdd(x6, TLanes.Load(b4 + 2 * step + i), sum);
                sum = TLanes.MultiplyAdd(x7, TLanes.Load(b4 + 3 * step + i), sum);
                TLanes.Store(sum, y + i);
            }

            for (int row = 0; whole < count && row < RowsAtOnce; row++)
            {
                AddRow(x + row, b + row * step, y, whole, count);
            }
        }

        private static void AddRow(T* x, T* b, T* y, int start, int count)
        {
            for (int i = start; i < count; i++)
            {
                y[i] = TLanes.MultiplyAdd(*x, b[i], y[i]);
            }
        }
    }

    private readonly struct DotsBody(int k, int n, int rows, T* x, T* b, T* y, VectorEpilogue<T> end) : IParallelBody
    {
        public void Run(int index, int slot)
        {
            int first = index * rows;
            int count = Math.Min(rows, n - first);
            for (int i = first; i < first + count; i++)
            {
                Interruption.Check();
                y[i] = Dot(x, b + (nint)i * k, k);
            }

            end.Apply<TVector, TLanes>(y, first, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static T Dot(T* x, T* row, int count)
        {
            TVector sum0 = default;
            TVector sum1 = default;
            TVector sum2 = default;
            TVector sum3 = default;
            int i = 0;
            for (; i + 4 * TLanes.Width <= count; i += 4 * TLanes.Width)
            {
                sum0 = TLanes.MultiplyAdd(TLanes.Load(x + i), TLanes.Load(row + i), sum0);
                sum1 = TLanes.MultiplyAdd(TLanes.Load(x + i + TLanes.Width), TLanes.Load(row + i + TLanes.Width), sum1);
                sum2 = TLanes.MultiplyAdd(TLanes.Load(x + i + 2 * TLanes.Width), TLanes.Load(row + i + 2 * TLanes.Width), sum2);
                sum3 = TLanes.MultiplyAdd(TLanes.Load(x + i + 3 * TLanes.Width), TLanes.Load(row + i + 3 * TLanes.Width), sum3);
            }

            T sum = TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3)));
            for (; i < count; i++)
            {
                sum = TLanes.MultiplyAdd(x[i], row[i], sum);
            }

            return sum;
        }
    }
}
