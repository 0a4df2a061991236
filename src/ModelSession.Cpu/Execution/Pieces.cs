namespace ModelSessions.Cpu.Execution;

/// <summary>The pieces in which large memory is gone through, so that who waits for the end of it can stop it.</summary>
internal static class Pieces
{
    /// <summary>The bytes of a piece, for which a slow machine with fresh memory takes some milliseconds.</summary>
    public const int Largest = 1 << 22;

    /// <summary>Pieces that follow one another and together are the whole.</summary>
    /// <param name="length">The bytes of the whole.</param>
    /// <param name="cancel">Is looked at before each.</param>
    public static IEnumerable<(long Start, int Length)> Of(long length, CancellationToken cancel)
    {
        for (long start = 0; start < length; start += Largest)
        {
            cancel.ThrowIfCancellationRequested();
            yield return (start, (int)Math.Min(Largest, length - start));
        }
    }
}
