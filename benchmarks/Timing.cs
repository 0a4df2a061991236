using System.Diagnostics;

namespace ModelSessions.Benchmarks;

/// <summary>Times actions in milliseconds.</summary>
internal static class Timing
{
    /// <summary>The median of some runs, after a few that warm up.</summary>
    public static double Median(Action<int> action, int times, int warmUp)
    {
        for (int i = 0; i < warmUp; i++)
        {
            action(i);
        }

        double[] spans = new double[times];
        for (int i = 0; i < times; i++)
        {
            spans[i] = Once(() => action(i));
        }

        Array.Sort(spans);
        double median = times % 2 == 1 ? spans[times / 2] : (spans[times / 2 - 1] + spans[times / 2]) / 2;
        return Math.Round(median, 4);
    }

    /// <summary>One run.</summary>
    public static double Once(Action action)
    {
        long begin = Stopwatch.GetTimestamp();
        action();
        return Math.Round(Stopwatch.GetElapsedTime(begin).TotalMilliseconds, 4);
    }
}
