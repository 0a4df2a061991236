using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Transposes matrices of 4- or 8-byte elements.</summary>
internal static unsafe class Transpose
{
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
            wholeRows = rows / 8 * 8;
            wholeColumns = columns / 8 * 8;
            Blocks((float*)from, fromStep, wholeRows, wholeColumns, (float*)to, width);
        }

        for (int column = 0; column < columns; column++)
        {
            T* target = to + (nint)column * width;
            for (int row = column < wholeColumns ? wholeRows : 0; row < width; row++)
            {
                target[row] = row < rows ? from[row * fromStep + column] : default;
            }
        }
    }

    // Column by column of blocks: what is written stays close together.
    private static void Blocks(float* from, nint fromStep, int rows, int columns, float* to, int width)
    {
        for (int row = 0; row < rows; row += 8)
        {
            for (int column = 0; column < columns; column += 8)
            {
                Block(from + row * fromStep + column, fromStep, to + (nint)column * width + row, width);
            }
        }
    }

    // Halves of rows r and r + 4 side by side, then the 4x4 transposition in each 128-bit half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* from, nint fromStep, float* to, nint toStep)
    {
        for (int half = 0; half < 8; half += 4)
        {
            Vector256<float> a = Vector256.Create(Vector128.Load(from + half), Vector128.Load(from + 4 * fromStep + half));
            Vector256<float> b = Vector256.Create(Vector128.Load(from + fromStep + half), Vector128.Load(from + 5 * fromStep + half));
            Vector256<float> c = Vector256.Create(Vector128.Load(from + 2 * fromStep + half), Vector128.Load(from + 6 * fromStep + half));
            Vector256<float> d = Vector256.Create(Vector128.Load(from + 3 * fromStep + half), Vector128.Load(from + 7 * fromStep + half));
            Vector256<float> ab = UnpackLow(a, b);
            Vector256<float> cd = UnpackLow(c, d);
            Vector256<float> abHigh = UnpackHigh(a, b);
            Vector256<float> cdHigh = UnpackHigh(c, d);
            float* target = to + half * toStep;
            LowPairs(ab, cd).Store(target);
            HighPairs(ab, cd).Store(target + toStep);
            LowPairs(abHigh, cdHigh).Store(target + 2 * toStep);
            HighPairs(abHigh, cdHigh).Store(target + 3 * toStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> UnpackLow(Vector256<float> x, Vector256<float> y) =>
        Avx.UnpackLow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> UnpackHigh(Vector256<float> x, Vector256<float> y) =>
        Avx.UnpackHigh(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LowPairs(Vector256<float> x, Vector256<float> y) =>
        Avx.Shuffle(x, y, 0x44);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> HighPairs(Vector256<float> x, Vector256<float> y) =>
        Avx.Shuffle(x, y, 0xEE);
}
