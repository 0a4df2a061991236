using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>One freezing: variables, the functions as they come to be, and what could not be done.</summary>
internal sealed class FreezeRun(FunctionDefLibrary? library, FrozenVariables variables)
{
    private readonly List<string> _faults = [];

    /// <summary>The variables.</summary>
    public FrozenVariables Variables => variables;

    /// <summary>The functions: those of the graph, and copies in which values stand for handles; null if the graph has none.</summary>
    public FunctionDefLibrary? Library => library;

    /// <summary>The functions by name, made into what they are when some arguments are frozen.</summary>
    public FrozenFunctions Functions => field ??= new FrozenFunctions(this);

    /// <summary>The operations whose assignment was dropped.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>An operation needs a variable where there is only a value now.</summary>
    public void Refuse(NodeDef node) => _faults.Add($"'{node.Name}' ({node.Op})");

    /// <summary>Tells all that is wrong at once.</summary>
    public void ThrowIfFaulty()
    {
        if (variables.Missing.Count > 0)
        {
            throw new EngineException(
                StatusCode.FailedPrecondition,
                $"These variables have no value to be frozen: {string.Join(", ", variables.Missing.Select(name => $"'{name}'"))}. Initialise the session or restore a checkpoint that has them.",
                variables.Missing[0]);
        }

        if (_faults.Count > 0)
        {
            throw new GraphException(
                StatusCode.FailedPrecondition,
                $"The outputs need operations that cannot work on a constant: {string.Join(", ", _faults.Distinct(StringComparer.Ordinal))}. Choose outputs that do not train, or leave the variables that these use out of freezing.");
        }
    }
}
