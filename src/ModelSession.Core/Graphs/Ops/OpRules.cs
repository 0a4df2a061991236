using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Ops;

/// <summary>What the code adds to the op catalog: shape rules and gradients, by op kind.</summary>
internal static class OpRules
{
    private static readonly OpTable s_table = Build();

    /// <summary>The rules of an op kind; null if there are none.</summary>
    public static OpRule? Find(string type) => s_table.Find(type);

    /// <summary>The rule of nodes that are named after a function of their graph.</summary>
    public static OpRule OfFunction(NameAttrList function) => new(function.Name)
    {
        Gradient = (g, op, dy) => [.. CallGradients.OfNamed(g, op, [.. dy.Select(each => each?.ToDense(g))], function).Select(Gradient.Of)],
        TakesGaps = true,
    };

    /// <summary>Sets the shapes of an operation's outputs, as far as they follow from its inputs and attributes.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="producer">The GraphDef version of whoever made it.</param>
    /// <param name="called">The functions that it may call; null for those of its graph.</param>
    /// <exception cref="GraphException">The shapes of the inputs contradict.</exception>
    public static void InferShapes(GraphOperation operation, int producer, CalledFunctions? called)
    {
        ShapeContext context = new(operation, producer, called);
        InputRanks.Check(context);
        if (s_table.Find(operation.Type) is not { } rule)
        {
            if (OpCatalog.Find(operation.Type) is null)
            {
                FunctionOps.ResultShapes(context);
            }

            return;
        }

        try
        {
            rule.Shape?.Invoke(context);
            if (rule.Value is not null && operation.Outputs[0].DType is DType.Int32 or DType.Int64)
            {
                rule.Value(context);
            }
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            // Numbers of a damaged file that the rule has not thought of: the graph is to blame, and is told so.
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{operation.Name}' ({operation.Type}): its attributes do not fit its inputs {string.Join(", ", operation.Inputs.Select(input => input.Shape))}.",
                operation.Name,
                error);
        }
    }

    private static OpTable Build()
    {
        OpTable ops = new();
        ArrayFamily.Define(ops);
        ControlFamily.Define(ops);
        CtcFamily.Define(ops);
        DataFamily.Define(ops);
        DataFlowFamily.Define(ops);
        ImageFamily.Define(ops);
        IoFamily.Define(ops);
        LinalgFamily.Define(ops);
        ListFamily.Define(ops);
        LookupFamily.Define(ops);
        MathFamily.Define(ops);
        NnFamily.Define(ops);
        ParsingFamily.Define(ops);
        RaggedFamily.Define(ops);
        RandomFamily.Define(ops);
        RnnFamily.Define(ops);
        SetFamily.Define(ops);
        SparseFamily.Define(ops);
        SpectralFamily.Define(ops);
        StateFamily.Define(ops);
        TrainingFamily.Define(ops);
        return ops;
    }
}
