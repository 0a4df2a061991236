namespace ModelSessions;

/// <summary>How probable classes are for one example.</summary>
internal sealed class ClassScores
{
    private readonly float[] _probabilities;

    /// <summary>Scores.</summary>
    /// <param name="probabilities">One for each class, or, for two classes, the second's alone.</param>
    /// <param name="name">A class by its number.</param>
    /// <param name="top">How many are listed.</param>
    public ClassScores(float[] probabilities, Func<int, object> name, int top)
    {
        _probabilities = probabilities.Length == 1 ? [1 - probabilities[0], probabilities[0]] : probabilities;
        // Of equals the first comes first, as ArgMax has it; what is no number comes last.
        Best = Enumerable.Range(0, _probabilities.Length).OrderByDescending(i => float.IsNaN(_probabilities[i]) ? float.NegativeInfinity : _probabilities[i])
            .Take(Math.Max(1, top)).Select(i => new ClassScore(name(i), _probabilities[i])).ToTextList("; ");
    }

    /// <summary>The most probable, the first one first.</summary>
    public IReadOnlyList<ClassScore> Best { get; }

    /// <summary>All, in the order of the classes.</summary>
    public IReadOnlyList<double> All => _probabilities.Select(value => (double)value).ToTextList(" ");
}
