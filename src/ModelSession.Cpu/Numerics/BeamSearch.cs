using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The most probable sequences of labels of one sequence of logits, over all paths that spell each (Graves); the last class is the
/// blank. At each step only the best beginnings are kept.</summary>
internal sealed class BeamSearch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _width;
    private readonly BestOf<Entry> _leaves;

    /// <param name="width">How many beginnings are kept.</param>
    public BeamSearch(int width)
    {
        _width = width;
        _leaves = NewBest(width);
        Entry root = new(null, -1);
        root.New = new(T.Zero, T.Zero, T.NegativeInfinity);
        _leaves.Push(root);
    }

    /// <summary>How many sequences there are.</summary>
    public int Count => _leaves.Count;

    /// <summary>The most probable sequences of labels and the logarithms of their probabilities, the best first.</summary>
    public (int[] Labels, T LogProbability)[] Best(int count)
    {
        BestOf<Entry> best = NewBest(count);
        foreach (Entry leaf in _leaves.Elements)
        {
            best.Push(leaf);
        }

        return [.. best.Extract().Select(entry => (entry.Labels(), entry.New.Total))];
    }

    /// <summary>Takes the logits of the next step.</summary>
    public void Step(ReadOnlySpan<T> logits)
    {
        T offset = Normalizer(logits);
        Entry[] branches = _leaves.Extract();
        foreach (Entry branch in branches)
        {
            branch.Old = branch.New;
        }

        foreach (Entry branch in branches)
        {
            Extend(branch, logits, offset);
            _leaves.Push(branch);
        }

        foreach (Entry branch in branches)
        {
            if (IsCandidate(branch.Old.Total))
            {
                Grow(branch, logits[..^1], offset);
            }
        }
    }

    private static T Normalizer(ReadOnlySpan<T> logits)
    {
        T most = logits[0], sum = T.Zero;
        foreach (T logit in logits)
        {
            most = logit > most ? logit : most;
        }

        foreach (T logit in logits)
        {
            sum += T.Exp(logit - most);
        }

        return most + T.Log(sum);
    }

    // The same labels, by repeating the last or by a blank.
    private static void Extend(Entry branch, ReadOnlySpan<T> logits, T offset)
    {
        T label = branch.New.Label;
        if (branch.Parent is { } parent)
        {
            if (parent.IsActive)
            {
                label = LogSums.Add(label, branch.Label == parent.Label ? parent.Old.Blank : parent.Old.Total);
            }

            label += logits[branch.Label] - offset;
        }

        T onBlank = branch.Old.Total + logits[^1] - offset;
        branch.New = new(LogSums.Add(onBlank, label), onBlank, label);
    }

    // One label more.
    private void Grow(Entry branch, ReadOnlySpan<T> logits, T offset)
    {
        for (int label = 0; label < logits.Length; label++)
        {
            Entry child = branch.Child(label);
            if (child.IsActive)
            {
                continue;
            }

            T probability = logits[label] - offset + (label == branch.Label ? branch.Old.Blank : branch.Old.Total);
            child.New = new(probability, T.NegativeInfinity, probability);
            if (!IsCandidate(probability))
            {
                child.Reset();
                continue;
            }

            if (_leaves.Count == _width)
            {
                _leaves.Worst().New = Probability.None;
            }

            _leaves.Push(child);
        }
    }

    private bool IsCandidate(T total) => total > T.NegativeInfinity && (_leaves.Count < _width || total > _leaves.Worst().New.Total);

    private static BestOf<Entry> NewBest(int count) => new(count, (x, y) => x.New.Total > y.New.Total);

    // Logarithms: of all paths, of those that end on a blank, on the label.
    private readonly record struct Probability(T Total, T Blank, T Label)
    {
        public static Probability None => new(T.NegativeInfinity, T.NegativeInfinity, T.NegativeInfinity);
    }

    private sealed class Entry(Entry? parent, int label)
    {
        private readonly Dictionary<int, Entry> _children = [];

        public Entry? Parent { get; } = parent;

        public int Label { get; } = label;

        public Probability Old { get; set; } = Probability.None;

        public Probability New { get; set; } = Probability.None;

        public bool IsActive => !T.IsNegativeInfinity(New.Total);

        public Entry Child(int childLabel)
        {
            if (!_children.TryGetValue(childLabel, out Entry? child))
            {
                _children[childLabel] = child = new Entry(this, childLabel);
            }

            return child;
        }

        public void Reset() => (Old, New) = (Probability.None, Probability.None);

        public int[] Labels()
        {
            Stack<int> labels = new();
            for (Entry entry = this; entry.Parent is not null; entry = entry.Parent)
            {
                labels.Push(entry.Label);
            }

            return [.. labels];
        }
    }
}
