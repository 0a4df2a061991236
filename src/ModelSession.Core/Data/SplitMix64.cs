namespace ModelSessions.Data;

/// <summary>Steele, Lea and Flood's generator: one addition and a mix a number. The same numbers in every version of .NET.</summary>
internal struct SplitMix64
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>A stream for a seed and a number of the stream.</summary>
    public SplitMix64(ulong seed, ulong stream)
    {
        _state = stream;
        _state = seed ^ Next();
    }

    /// <summary>A number from 0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong mixed = _state += Step;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Puts values into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
