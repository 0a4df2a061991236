using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>TensorFlow's histogram: buckets that grow by a tenth, from 1e-12 to 1e20 on both sides of 0.</summary>
internal sealed class HistogramBuckets
{
    private static readonly double[] s_limits = Limits();
    private readonly double[] _counts = new double[s_limits.Length];
    private double _min = double.MaxValue, _max = double.MinValue, _count, _sum, _squares;

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Counts a number, which is finite.</summary>
    public void Add(double value)
    {
        int at = Array.BinarySearch(s_limits, value);
        _counts[Math.Min(at >= 0 ? at + 1 : ~at, s_limits.Length - 1)]++;
        (_min, _max) = (Math.Min(_min, value), Math.Max(_max, value));
        _count++;
        _sum += value;
        _squares += value * value;
    }

    /// <summary>The message; of empty buckets in a row only the last is written.</summary>
    public HistogramProto ToProto()
    {
        HistogramProto proto = new() { Min = _min, Max = _max, Num = _count, Sum = _sum, SumSquares = _squares };
        for (int i = 0; i < _counts.Length; i++)
        {
            while (_counts[i] == 0 && i + 1 < _counts.Length && _counts[i + 1] == 0)
            {
                i++;
            }

            proto.BucketLimit.Add(s_limits[i]);
            proto.Bucket.Add(_counts[i]);
        }

        return proto;
    }

    private static double[] Limits()
    {
        List<double> positive = [];
        for (double limit = 1e-12; limit < 1e20; limit *= 1.1)
        {
            positive.Add(limit);
        }

        positive.Add(double.MaxValue);
        return [.. positive.AsEnumerable().Reverse().Select(limit => -limit), 0, .. positive];
    }
}
