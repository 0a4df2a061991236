namespace ModelSessions.Graphs.Ops;

/// <summary>An equation of Einstein's sums: <c>...ij,jk->...ik</c>.</summary>
public sealed class EinsumEquation
{
    private EinsumEquation(string[] inputs, string output) => (Inputs, Output) = (inputs, output);

    /// <summary>The labels of each input's dimensions; '.' stands for those that broadcast.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The labels of the output's dimensions.</summary>
    public string Output { get; }

    /// <summary>Reads an equation.</summary>
    /// <exception cref="GraphException">It is none, or not one of so many inputs.</exception>
    public static EinsumEquation Parse(string equation, int inputCount)
    {
        ArgumentNullException.ThrowIfNull(equation);
        string[] halves = equation.Replace(" ", "", StringComparison.Ordinal).Replace("...", ".", StringComparison.Ordinal).Split("->");
        string[] inputs = halves[0].Split(',');
        bool isEquation = halves.Length == 2 && inputs.Length == inputCount && inputCount is 1 or 2
            && inputs.Append(halves[1]).All(labels => labels.All(label => char.IsAsciiLetter(label) || label == '.') && labels.Count(label => label == '.') < 2)
            && halves[1].All(label => label == '.' || halves[0].Contains(label, StringComparison.Ordinal));
        return isEquation
            ? new EinsumEquation(inputs, halves[1])
            : throw new GraphException(StatusCode.InvalidArgument, $"'{equation}' is no equation of {inputCount} inputs, as 'ij,jk->ik'.");
    }

    /// <summary>The labels of an input's or output's dimensions: letters, and 0, 1, … for those that broadcast, counted from the last.</summary>
    /// <param name="labels">The labels as written.</param>
    /// <param name="broadcast">How many dimensions broadcast.</param>
    public static int[] Expand(string labels, int broadcast)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return [.. labels.SelectMany(label => label == '.' ? Enumerable.Range(0, broadcast).Reverse() : [label])];
    }
}
