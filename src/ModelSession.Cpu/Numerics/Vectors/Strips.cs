using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Packs the right operand into strips: two vectors of columns, row after row, zeros beyond the last column. A strip lies
/// in one stretch of memory, whatever the matrix looks like.</summary>
internal static unsafe class Strips<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    // Rows may lie on a page each: the processor does not look ahead there.
    private const int RowsAhead = 8;

    /// <summary>Columns in a strip.</summary>
    public static int Width => 2 * TLanes.Width;

    /// <summary>The number of strips for so many columns.</summary>
    public static int Count(int columns) => (columns + Width - 1) / Width;

    /// <summary>Packs rows whose columns are neighbours.</summary>
    /// <param name="from">The first element.</param>
    /// <param name="rowStep">From one row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="to">Receives the strips.</param>
    /// <param name="stripStep">From one strip to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(T* from, nint rowStep, int rows, int columns, T* to, nint stripStep)
    {
        int whole = columns / Width;
        for (int row = 0; row < rows; row++, from += rowStep, to += Width)
        {
            T* target = to;
            Prefetch.Rows(from + RowsAhead * rowStep, rowStep, 1, columns * sizeof(T));
            for (int strip = 0; strip < whole; strip++, target += stripStep)
            {
                TLanes.Store(TLanes.Load(from + strip * Width), target);
                TLanes.Store(TLanes.Load(from + strip * Width + TLanes.Width), target + TLanes.Width);
            }

            if (whole * Width < columns)
            {
                Span<T> last = new(target, Width);
                last.Clear();
                new ReadOnlySpan<T>(from + whole * Width, columns - whole * Width).CopyTo(last);
            }
        }
    }

    /// <summary>Packs columns whose elements are neighbours: a transposed matrix.</summary>
    /// <param name="from">The first element.</param>
    /// <param name="columnStep">From one column to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="to">Receives the strips.</param>
    /// <param name="stripStep">From one strip to the next.</param>
    public static void PackTransposed(T* from, nint columnStep, int rows, int columns, T* to, nint stripStep)
    {
        for (int first = 0; first < columns; first += Width, from += Width * columnStep, to += stripStep)
        {
            Transpose.Run(from, columnStep, Math.Min(Width, columns - first), rows, to, Width);
        }
    }
}
