using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The loss of one sequence without an alignment (Graves): minus the logarithm of the probability of all paths that spell its labels,
/// blanks between them; and its gradient.</summary>
/// <param name="time">Steps of the sequence.</param>
/// <param name="classes">Classes; the last one is the blank.</param>
/// <param name="labels">What the paths spell.</param>
/// <param name="mergeRepeated">Whether a label that repeats without a blank counts once.</param>
internal sealed class CtcLoss<T>(int time, int classes, int[] labels, bool mergeRepeated)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _symbols = WithBlanks(labels, classes - 1);
    private readonly T[] _probabilities = new T[(long)time * classes];

    private int Blank => classes - 1;

    private int Count => _symbols.Length;

    /// <summary>Computes the loss, and the gradient of the logits.</summary>
    /// <param name="logits">The logits of a step.</param>
    /// <param name="gradient">Where the gradient of a step goes.</param>
    public T Compute(CtcRows<T> logits, CtcTargets<T> gradient)
    {
        for (int t = 0; t < time; t++)
        {
            Softmax(logits.Of(t), _probabilities.AsSpan(t * classes, classes));
        }

        T[] alpha = Forward(), beta = Backward();
        T total = T.NegativeInfinity;
        for (int u = 0; u < Count; u++)
        {
            total = LogSums.Add(total, alpha[u] + beta[u]);
        }

        T[] sums = new T[classes];
        for (int t = 0; t < time; t++)
        {
            Gradient(alpha.AsSpan(t * Count, Count), beta.AsSpan(t * Count, Count), total, t, sums, gradient.Of(t));
        }

        return -total;
    }

    private static int[] WithBlanks(int[] labels, int blank)
    {
        int[] symbols = new int[2 * labels.Length + 1];
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = i % 2 == 0 ? blank : labels[i / 2];
        }

        return symbols;
    }

    private static void Softmax(ReadOnlySpan<T> logits, Span<T> probabilities)
    {
        T most = logits[0], sum = T.Zero;
        foreach (T logit in logits)
        {
            most = logit > most ? logit : most;
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = T.Exp(logits[i] - most);
            sum += probabilities[i];
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] /= sum;
        }
    }

    private T Log(int t, int u) => T.Log(_probabilities[t * classes + _symbols[u]]);

    // Symbols that a path can stand at: it began at one of the first two, and must reach one of the last two.
    private (int From, int To) Reachable(int t) => (Math.Max(0, Count - 2 * (time - t)), Math.Min(Count, 2 * (t + 1)));

    // Whether a path may go from a symbol to the one after the next: no blank is left out between two that are alike.
    private bool Skips(int from, int to) => _symbols[to] != Blank && !(mergeRepeated && _symbols[from] == _symbols[to]);

    private bool Stays(int u) => mergeRepeated || _symbols[u] == Blank;

    private T[] Forward()
    {
        T[] alpha = new T[(long)time * Count];
        alpha.AsSpan().Fill(T.NegativeInfinity);
        for (int u = 0; u < Math.Min(2, Count); u++)
        {
            alpha[u] = Log(0, u);
        }

        for (int t = 1; t < time; t++)
        {
            Interruption.Check();
            ReadOnlySpan<T> before = alpha.AsSpan((t - 1) * Count, Count);
            (int from, int to) = Reachable(t);
            for (int u = from; u < to; u++)
            {
                T sum = Stays(u) ? before[u] : T.NegativeInfinity;
                sum = u > 0 ? LogSums.Add(sum, before[u - 1]) : sum;
                sum = u > 1 && Skips(u - 2, u) ? LogSums.Add(sum, before[u - 2]) : sum;
                alpha[t * Count + u] = Log(t, u) + sum;
            }
        }

        return alpha;
    }

    private T[] Backward()
    {
        T[] beta = new T[(long)time * Count];
        beta.AsSpan().Fill(T.NegativeInfinity);
        beta.AsSpan((time - 1) * Count + Math.Max(0, Count - 2), Math.Min(2, Count)).Clear();
        for (int t = time - 2; t >= 0; t--)
        {
            Interruption.Check();
            ReadOnlySpan<T> after = beta.AsSpan((t + 1) * Count, Count);
            (int from, int to) = Reachable(t);
            for (int u = from; u < to; u++)
            {
                T sum = Stays(u) ? after[u] + Log(t + 1, u) : T.NegativeInfinity;
                sum = u + 1 < Count ? LogSums.Add(sum, after[u + 1] + Log(t + 1, u + 1)) : sum;
                sum = u + 2 < Count && _symbols[u] != Blank && Skips(u, u + 2) ? LogSums.Add(sum, after[u + 2] + Log(t + 1, u + 2)) : sum;
                beta[t * Count + u] = sum;
            }
        }

        return beta;
    }

    // Where no path is left, the gradient is that of all classes.
    private void Gradient(ReadOnlySpan<T> alpha, ReadOnlySpan<T> beta, T total, int t, T[] sums, Span<T> gradient)
    {
        ReadOnlySpan<T> probabilities = _probabilities.AsSpan(t * classes, classes);
        sums.AsSpan().Fill(T.NegativeInfinity);
        for (int u = 0; u < Count && !T.IsNegativeInfinity(total); u++)
        {
            sums[_symbols[u]] = LogSums.Add(sums[_symbols[u]], alpha[u] + beta[u]);
        }

        for (int i = 0; i < classes; i++)
        {
            gradient[i] = T.IsNegativeInfinity(total) ? probabilities[i] : probabilities[i] - T.CreateTruncating(LogSums.Exp(float.CreateTruncating(sums[i] - total)));
        }
    }
}

/// <summary>The rows of one sequence in a tensor of [time, batch, classes].</summary>
internal readonly ref struct CtcRows<T>(ReadOnlySpan<T> all, int batch, int sequence, int classes)
{
    private readonly ReadOnlySpan<T> _all = all;

    public ReadOnlySpan<T> Of(int time) => _all.Slice((time * batch + sequence) * classes, classes);
}

/// <summary>The rows of one sequence in a tensor of [time, batch, classes], to be written.</summary>
internal readonly ref struct CtcTargets<T>(Span<T> all, int batch, int sequence, int classes)
{
    private readonly Span<T> _all = all;

    public Span<T> Of(int time) => _all.Slice((time * batch + sequence) * classes, classes);
}
