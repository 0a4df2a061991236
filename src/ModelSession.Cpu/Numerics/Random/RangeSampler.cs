namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>A distribution over the classes 0 … range − 1, from which candidates are drawn.</summary>
internal abstract class RangeSampler(long range)
{
    /// <summary>The number of classes.</summary>
    public long Range { get; } = range;

    /// <summary>A class.</summary>
    public abstract long Sample(ref PhiloxWords words);

    /// <summary>How likely a class is.</summary>
    public abstract float Probability(long value);

    /// <summary>Learns from classes that were seen.</summary>
    public virtual void Update(ReadOnlySpan<long> values)
    {
    }

    /// <summary>Draws a batch.</summary>
    /// <param name="words">The random numbers.</param>
    /// <param name="unique">Whether no class may come twice.</param>
    /// <param name="batch">Gets the classes.</param>
    /// <param name="cancel">Ends long searches for new classes.</param>
    /// <returns>How many draws it took.</returns>
    public virtual int Fill(ref PhiloxWords words, bool unique, Span<long> batch, CancellationToken cancel)
    {
        HashSet<long> used = [];
        int tries = 0;
        for (int filled = 0; filled < batch.Length;)
        {
            long value = Sample(ref words);
            if (++tries % (1 << 16) == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }

            if (!unique || used.Add(value))
            {
                batch[filled++] = value;
            }
        }

        return tries;
    }

    /// <summary>How often a class is to be expected in a batch that took so many draws.</summary>
    public virtual float ExpectedCount(long value, int batch, int tries)
    {
        float p = Probability(value);
        return tries == batch ? p * batch : -NearZero.Expm1(tries * NearZero.Log1p(-p));
    }
}

/// <summary>Every class once, in order.</summary>
internal sealed class AllClasses(long range) : RangeSampler(range)
{
    public override long Sample(ref PhiloxWords words) => 0;

    public override float Probability(long value) => 1;

    public override int Fill(ref PhiloxWords words, bool unique, Span<long> batch, CancellationToken cancel)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            batch[i] = i;
        }

        return batch.Length;
    }

    public override float ExpectedCount(long value, int batch, int tries) => 1;
}

/// <summary>All classes alike.</summary>
internal sealed class UniformClasses(long range) : RangeSampler(range)
{
    private readonly float _inverse = (float)(1.0 / range);

    public override long Sample(ref PhiloxWords words) => (long)words.NextBelow((ulong)Range);

    public override float Probability(long value) => _inverse;
}

/// <summary>Zipf's law: low classes are frequent.</summary>
internal sealed class LogUniformClasses(long range) : RangeSampler(range)
{
    private readonly double _log = NearZero.Log1p((double)range);

    // Rounding may lead to the range itself.
    public override long Sample(ref PhiloxWords words) => ((long)Math.Exp(words.NextDouble() * _log) - 1) % Range;

    public override float Probability(long value) => (float)(Math.Log((value + 2.0) / (value + 1.0)) / _log);
}

/// <summary>As often as they were seen, each class once to begin with.</summary>
internal sealed class LearnedClasses : RangeSampler
{
    // Sums of pairs up to the root at 1; the classes begin at half.
    private readonly int[] _sums;
    private readonly int _half;

    public LearnedClasses(long range)
        : base(range)
    {
        _half = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)range);
        _sums = new int[2 * _half];
        _sums.AsSpan(_half, (int)range).Fill(1);
        for (int i = _half - 1; i > 0; i--)
        {
            _sums[i] = _sums[2 * i] + _sums[2 * i + 1];
        }
    }

    public override long Sample(ref PhiloxWords words)
    {
        int place = (int)words.NextBelow((uint)_sums[1]), at = 1;
        while (at < _half)
        {
            at *= 2;
            if (place >= _sums[at])
            {
                place -= _sums[at++];
            }
        }

        return at - _half;
    }

    public override float Probability(long value) => (float)_sums[_half + (int)value] / _sums[1];

    public override void Update(ReadOnlySpan<long> values)
    {
        int room = Math.Min(values.Length, int.MaxValue - _sums[1]);
        foreach (long value in values[..room])
        {
            for (int at = _half + (int)value; at > 0; at /= 2)
            {
                _sums[at]++;
            }
        }
    }
}

/// <summary>By given weights (Walker's alias method).</summary>
internal sealed class WeightedClasses : RangeSampler
{
    private readonly float[] _weights;
    private readonly float _total;
    private readonly (float Own, int Other)[] _places;

    public WeightedClasses(float[] weights)
        : base(weights.Length)
    {
        _weights = weights;
        _places = new (float, int)[weights.Length];
        double sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
            _total += weight;
        }

        Pair(sum);
    }

    public override long Sample(ref PhiloxWords words)
    {
        float chance = words.NextSingle();
        int at = (int)words.NextBelow((uint)_places.Length);
        return chance < _places[at].Own ? at : _places[at].Other;
    }

    public override float Probability(long value) => _weights[value] / _total;

    // Each place holds one class that has less than its share, filled up by one that has more.
    private void Pair(double sum)
    {
        double[] shares = new double[_weights.Length];
        Stack<int> low = [], high = [];
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = (double)(_weights[i] * shares.Length) / sum;
            (shares[i] < 1 ? low : high).Push(i);
        }

        while (low.Count > 0 && high.Count > 0)
        {
            (int small, int large) = (low.Pop(), high.Pop());
            _places[small].Other = large;
            shares[large] -= 1 - shares[small];
            (shares[large] < 1 ? low : high).Push(large);
        }

        for (int i = 0; i < shares.Length; i++)
        {
            _places[i].Own = (float)shares[i];
        }

        // What is left over has its whole share, but for rounding.
        foreach (int rest in low.Concat(high))
        {
            _places[rest] = (1, rest);
        }
    }
}
