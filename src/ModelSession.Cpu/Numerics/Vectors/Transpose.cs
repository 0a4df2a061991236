using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Transposes matrices.</summary>
internal static unsafe class Transpose
{
    private const int Rows = 4;
    private const int Columns = 8;

    /// <summary>Writes a matrix so that its rows become columns, and zeros into columns beyond them.</summary>
    /// <param name="from">The first element.</param>
    /// <param name="fromStep">From one row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="to">Receives <paramref name="columns"/> rows of <paramref name="width"/> elements without gaps.</param>
    /// <param name="width">At least <paramref name="rows"/>.</param>
    public static void Run<T>(T* from, nint fromStep, int rows, int columns, T* to, int width)
        where T : unmanaged
    {
        int wholeRows = 0;
        int wholeColumns = 0;
        if (sizeof(T) == sizeof(float) && Avx.IsSupported)
        {
            wholeRows = rows / Rows * Rows;
            wholeColumns = columns / Columns * Columns;
            Blocks((float*)from, fromStep, wholeRows, wholeColumns, (float*)to, width);
        }

        Rest(from, fromStep, rows, columns, to, width, wholeRows, wholeColumns);
    }

    private static void Rest<T>(T* from, nint fromStep, int rows, int columns, T* to, int width, int doneRows, int doneColumns)
        where T : unmanaged
    {
        for (int column = 0; column < columns; column++)
        {
            T* target = to + (nint)column * width;
            for (int row = column < doneColumns ? doneRows : 0; row < width; row++)
            {
                target[row] = row < rows ? from[row * fromStep + column] : default;
            }
        }
    }

    // Few rows at a time and whole cache lines of them: rows at a distance of a page share their cache sets.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks(float* from, nint fromStep, int rows, int columns, float* to, nint toStep)
    {
        for (int column = 0; column < columns; column += 2 * Columns)
        {
            for (int row = 0; row < rows; row += Rows)
            {
                float* source = from + row * fromStep + column;
                float* target = to + column * toStep + row;
                if (Avx512F.IsSupported && column + Columns < columns)
                {
                    WideBlock(source, fromStep, target, toStep);
                    continue;
                }

                Block(source, fromStep, target, toStep);
                if (column + Columns < columns)
                {
                    Block(source + Columns, fromStep, target + Columns * toStep, toStep);
                }
            }
        }
    }

    // Two 4x4 transpositions side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* from, nint fromStep, float* to, nint toStep)
    {
        Vector256<float> a = Vector256.Load(from);
        Vector256<float> b = Vector256.Load(from + fromStep);
        Vector256<float> c = Vector256.Load(from + 2 * fromStep);
        Vector256<float> d = Vector256.Load(from + 3 * fromStep);
        Vector256<float> ab = Avx.UnpackLow(a, b);
        Vector256<float> cd = Avx.UnpackLow(c, d);
        Vector256<float> abHigh = Avx.UnpackHigh(a, b);
        Vector256<float> cdHigh = Avx.UnpackHigh(c, d);
        Store(Avx.Shuffle(ab, cd, 0x44), to, to + 4 * toStep);
        Store(Avx.Shuffle(ab, cd, 0xEE), to + toStep, to + 5 * toStep);
        Store(Avx.Shuffle(abHigh, cdHigh, 0x44), to + 2 * toStep, to + 6 * toStep);
        Store(Avx.Shuffle(abHigh, cdHigh, 0xEE), to + 3 * toStep, to + 7 * toStep);
    }

    // Four of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WideBlock(float* from, nint fromStep, float* to, nint toStep)
    {
        Vector512<float> a = Vector512.Load(from);
        Vector512<float> b = Vector512.Load(from + fromStep);
        Vector512<float> c = Vector512.Load(from + 2 * fromStep);
        Vector512<float> d = Vector512.Load(from + 3 * fromStep);
        Vector512<float> ab = Avx512F.UnpackLow(a, b);
        Vector512<float> cd = Avx512F.UnpackLow(c, d);
        Vector512<float> abHigh = Avx512F.UnpackHigh(a, b);
        Vector512<float> cdHigh = Avx512F.UnpackHigh(c, d);
        Store(Avx512F.Shuffle(ab, cd, 0x44), to, toStep);
        Store(Avx512F.Shuffle(ab, cd, 0xEE), to + toStep, toStep);
        Store(Avx512F.Shuffle(abHigh, cdHigh, 0x44), to + 2 * toStep, toStep);
        Store(Avx512F.Shuffle(abHigh, cdHigh, 0xEE), to + 3 * toStep, toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> value, float* to, nint toStep)
    {
        Store(value.GetLower(), to, to + 4 * toStep);
        Store(value.GetUpper(), to + 8 * toStep, to + 12 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> value, float* lower, float* upper)
    {
        value.GetLower().Store(lower);
        value.GetUpper().Store(upper);
    }
}
