using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Asks the processor for memory that is needed soon, where it can be asked. Any address may be given.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Bytes of a cache line, on all processors of interest.</summary>
    public const int CacheLine = 64;

    /// <summary>Asks for stretches of memory at equal distances.</summary>
    /// <param name="from">The first.</param>
    /// <param name="step">From one to the next, in bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="length">Bytes of each.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows(void* from, nint step, int count, int length)
    {
        if (Sse.IsSupported)
        {
            byte* row = (byte*)from;
            for (int i = 0; i < count; i++, row += step)
            {
                for (int at = 0; at < length; at += CacheLine)
                {
                    Sse.Prefetch0(row + at);
                }
            }
        }
    }

    /// <summary>Asks for one line for the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Far(void* line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(line);
        }
    }
}
