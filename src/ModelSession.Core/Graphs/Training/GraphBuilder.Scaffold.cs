namespace ModelSessions;

/// <content>What brings a graph to the state in which it can be trained.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Finishes a graph as <c>tf.train.Scaffold</c> does: adds what initialises it, what tells whether that is done, and what merges
    /// its summaries, and lists each in a collection of its name. Comes after everything else.</summary>
    public TrainingScaffold Scaffold()
    {
        // Resources of other kinds than variables and tables are not made by the builder: nothing stands in their places.
        GraphOperation init = GroupOperations([InitializeVariables(), NoOp("init")]);
        GraphTensor ready = Missing([.. Variables(), .. Variables(CollectionKeys.LocalVariables)]);
        GraphTensor readyForLocal = Missing(Variables());
        GraphOperation local = GroupOperations([InitializeVariables(Variables(CollectionKeys.LocalVariables)), Tables.Initialize(), NoOp("init")]);
        GraphTensor? summaries = Summaries.MergeAll();
        AddToCollection("init_op", init);
        AddToCollection("ready_op", ready);
        AddToCollection("ready_for_local_init_op", readyForLocal);
        AddToCollection("local_init_op", local);
        if (summaries is not null)
        {
            AddToCollection(CollectionKeys.SummaryOp, summaries);
        }

        return new TrainingScaffold(init, ready, readyForLocal, local, summaries);
    }

    /// <summary>The names of the variables that have no value yet, as strings: <c>tf.report_uninitialized_variables</c>.</summary>
    /// <param name="variables">All saved and local ones if null.</param>
    /// <param name="name"><c>report_uninitialized_variables</c> if null.</param>
    public GraphTensor ReportUninitializedVariables(IEnumerable<GraphVariable>? variables = null, string? name = null)
    {
        GraphVariable[] all = [.. variables ?? [.. Variables(), .. Variables(CollectionKeys.LocalVariables)]];
        using GraphScope scope = NameScope(string.IsNullOrEmpty(name) ? "report_uninitialized_variables" : name);
        if (all.Length == 0)
        {
            return Constant(Tensor.FromStrings([], [0]));
        }

        Operand[] states = [.. all.Select(variable => (Operand)IsInitialized(variable))];
        GraphTensor missing = Add("LogicalNot", Stack(states));
        GraphTensor names = Constant(Tensor.FromStrings(Array.ConvertAll(all, variable => variable.Handle.Operation.Name), [all.Length]));
        return BooleanMask(names, missing);
    }

    /// <summary>Whether a variable has a value.</summary>
    public GraphTensor IsInitialized(GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable.IsResource
            ? Add("VarIsInitializedOp", variable.Handle)
            : Add("IsVariableInitialized", null, new() { ["dtype"] = variable.DType }, variable.Handle);
    }

    private GraphTensor Missing(IEnumerable<GraphVariable> variables)
    {
        GraphTensor missing = ReportUninitializedVariables(variables), resources;
        using (NameScope("report_uninitialized_resources"))
        {
            resources = Constant(Tensor.FromStrings([], [0]));
        }

        return Concat((IReadOnlyList<Operand>)[missing, resources], 0);
    }
}
