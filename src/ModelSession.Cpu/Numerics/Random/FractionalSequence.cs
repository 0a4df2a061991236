using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Where the windows of a fractional pool begin along one dimension: sizes differ by 1 at most.</summary>
internal static class FractionalSequence
{
    /// <summary>The first places of all windows, and the input's length.</summary>
    /// <param name="generator">Moves on.</param>
    /// <param name="input">The input's length.</param>
    /// <param name="output">The number of windows.</param>
    /// <param name="pseudo">Whether places follow one random number instead of a shuffle of the sizes.</param>
    public static long[] Draw(Generator generator, int input, int output, bool pseudo)
    {
        long[] places = new long[output + 1];
        if (pseudo)
        {
            Pseudo(generator, input, output, places);
        }
        else
        {
            Shuffled(generator, input, output, places);
        }

        places[output] = input;
        return places;
    }

    // The number is bounded so that the first and the last window are of a fitting size too.
    private static void Pseudo(Generator generator, int input, int output, long[] places)
    {
        double alpha = (double)input / output;
        int k = input / output;
        double most = Math.Min((k + 2) / alpha - 1, (input + 1 - k) / alpha - (output - 1));
        PhiloxWords words = new(generator.Take(1));
        double u = words.NextDouble() * most;
        for (int i = 1; i < output; i++)
        {
            places[i] = (int)Math.Ceiling(alpha * (i + u)) - 1;
        }
    }

    private static void Shuffled(Generator generator, int input, int output, long[] places)
    {
        int[] sizes = new int[output];
        for (int i = 0; i < output; i++)
        {
            sizes[i] = input / output + (i < input % output ? 1 : 0);
        }

        PhiloxWords words = new(generator.Take((ulong)(output + 3) / 4));
        for (int i = 0; i < output - 1; i++)
        {
            int other = i + (int)(words.Next() % (uint)(output - i));
            (sizes[i], sizes[other]) = (sizes[other], sizes[i]);
        }

        for (int i = 1; i < output; i++)
        {
            places[i] = places[i - 1] + sizes[i - 1];
        }
    }
}
