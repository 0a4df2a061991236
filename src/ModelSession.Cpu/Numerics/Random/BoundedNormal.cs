using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Normal numbers between two bounds, by the way of rejection that fits where the bounds lie. A call takes whole blocks of the
/// stream, and what is left of the last one is dropped.</summary>
internal ref struct BoundedNormal<T>(Philox stream)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // From here on normal numbers are drawn until one lies inside; nearer bounds are filled by other distributions.
    private const double Far = 1.3;
    private const int MostTries = 1000;

    private readonly Philox _stream = stream;
    private ulong _block;
    private int _refused;

    /// <summary>Fills places of a target.</summary>
    /// <param name="target">Gets the numbers.</param>
    /// <param name="start">The first place.</param>
    /// <param name="step">From place to place.</param>
    /// <param name="count">How many.</param>
    /// <param name="normal">The distribution.</param>
    /// <exception cref="EngineException">The bounds are none, or too many numbers in a row lay outside.</exception>
    public void Fill(Span<T> target, int start, int step, int count, Bounds normal)
    {
        (T mean, T deviation, T low, T high) = normal;
        if (!(deviation > T.Zero) || !(low < high) || (!T.IsFinite(low) && !T.IsFinite(high)))
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Invalid parameters: a deviation of {deviation}, bounds {low} and {high}.");
        }

        // Mirrored, so that a bound that is alone is the lower one, or both are positive.
        if (T.IsNegativeInfinity(low) || high < mean)
        {
            (low, high, deviation) = (high, low, -deviation);
        }

        T from = (low - mean) / deviation, to = (high - mean) / deviation, two = T.CreateTruncating(2), four = two + two, far = T.CreateTruncating(Far);
        T root = T.Sqrt(from * from + four);
        T cutoff = two * T.Exp(T.CreateTruncating(0.5) + from * (from - root) / four) / (from + root);
        Places places = new(target, start, step, count, deviation, mean);
        _refused = 0;
        if ((from < -far && to >= T.Zero) || (to > far && from <= T.Zero))
        {
            Normals(ref places, from, to);
        }
        else if (to - from < cutoff)
        {
            Uniforms(ref places, from, to - from);
        }
        else
        {
            Exponentials(ref places, from, to, (from + root) / two);
        }
    }

    private void Normals(ref Places places, T from, T to)
    {
        while (!places.IsFull)
        {
            Numbers<T> numbers = BlockDistributions.Normal<T>(_stream.Block(_block++));
            for (int i = 0; i < Numbers<T>.Count && !places.IsFull; i++)
            {
                Offer(ref places, numbers[i], numbers[i] >= from && numbers[i] <= to);
            }
        }
    }

    private void Uniforms(ref Places places, T from, T width)
    {
        T two = T.CreateTruncating(2), plus = from < T.Zero ? T.Zero : from * from;
        while (!places.IsFull)
        {
            Numbers<T> numbers = BlockDistributions.Uniform<T>(_stream.Block(_block++)), chances = BlockDistributions.Uniform<T>(_stream.Block(_block++));
            for (int i = 0; i < Numbers<T>.Count && !places.IsFull; i++)
            {
                T z = numbers[i] * width + from;
                Offer(ref places, z, chances[i] <= T.Exp((plus - z * z) / two));
            }
        }
    }

    private void Exponentials(ref Places places, T from, T to, T alpha)
    {
        T two = T.CreateTruncating(2);
        while (!places.IsFull)
        {
            Numbers<T> numbers = BlockDistributions.Uniform<T>(_stream.Block(_block++));
            for (int i = 0; i < Numbers<T>.Count && !places.IsFull; i += 2)
            {
                T z = -T.Log(numbers[i]) / alpha + from;
                T x = from < alpha ? alpha - z : from - alpha;
                Offer(ref places, z, numbers[i + 1] <= T.Exp(-x * x / two) && z < to);
            }
        }
    }

    private void Offer(ref Places places, T value, bool accepted)
    {
        if (accepted)
        {
            places.Put(value);
            _refused = 0;
        }
        else if (++_refused >= MostTries)
        {
            throw new EngineException(StatusCode.Internal, $"Truncated normal: {MostTries} numbers in a row lay outside of the bounds.");
        }
    }

    /// <summary>A normal distribution and its bounds.</summary>
    internal readonly record struct Bounds(T Mean, T Deviation, T Low, T High);

    private ref struct Places(Span<T> target, int start, int step, int count, T deviation, T mean)
    {
        private readonly Span<T> _target = target;
        private int _at = start, _left = count;

        public readonly bool IsFull => _left == 0;

        public void Put(T value)
        {
            _target[_at] = value * deviation + mean;
            _at += step;
            _left--;
        }
    }
}
