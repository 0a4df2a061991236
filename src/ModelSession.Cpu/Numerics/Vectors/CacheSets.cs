namespace ModelSessions.Cpu.Numerics;

/// <summary>What is known of first-level caches: 64 sets of 8 lines of 64 bytes, or near that, on all processors of interest.</summary>
internal static class CacheSets
{
    /// <summary>Whether lines so many bytes apart share so few sets that a handful of them drive each other out.</summary>
    public static bool Collide(nint distance)
    {
        const int sets = 2048;
        const int near = 128;
        return distance >= sets && (distance + near) % sets <= 2 * near;
    }
}
