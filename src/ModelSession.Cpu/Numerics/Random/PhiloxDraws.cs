namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Single numbers drawn from the words of a stream.</summary>
internal static class PhiloxDraws
{
    /// <summary>In [0, 1), 23 bits.</summary>
    public static float NextSingle(this ref PhiloxWords words) => Distributions.Uniform(words.Next());

    /// <summary>In [0, 1), 52 bits.</summary>
    public static double NextDouble(this ref PhiloxWords words) => Distributions.Uniform(words.Next(), words.Next());

    /// <summary>A whole number below a bound, each as likely as the others: words that would favour low ones are dropped.</summary>
    public static uint NextBelow(this ref PhiloxWords words, uint bound)
    {
        if ((bound & (bound - 1)) == 0)
        {
            return words.Next() & (bound - 1);
        }

        uint surplus = uint.MaxValue % bound + 1, word;
        do
        {
            word = words.Next();
        }
        while (word < surplus);
        return word % bound;
    }

    /// <summary>A whole number below a bound, each as likely as the others.</summary>
    public static ulong NextBelow(this ref PhiloxWords words, ulong bound)
    {
        if ((bound & (bound - 1)) == 0)
        {
            return words.NextLong() & (bound - 1);
        }

        ulong surplus = ulong.MaxValue % bound + 1, word;
        do
        {
            word = words.NextLong();
        }
        while (word < surplus);
        return word % bound;
    }

    private static ulong NextLong(this ref PhiloxWords words)
    {
        ulong low = words.Next();
        return low | ((ulong)words.Next() << 32);
    }
}
