using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Gradients;

/// <summary>What SymbolicGradient nodes compute: the gradients of a function, from its arguments and the gradients of its results.</summary>
internal static class SymbolicGradients
{
    /// <summary>The function of the gradients: the one that the library names, else one that computes the function again.</summary>
    /// <param name="caller">The graph of the node.</param>
    /// <param name="call">The function.</param>
    /// <param name="types">The types of the gradients.</param>
    /// <exception cref="GraphException">There is no such function.</exception>
    /// <exception cref="UnsupportedFeatureException">An operation in it has no gradient.</exception>
    public static FunctionGraph Build(Graph caller, NameAttrList call, IReadOnlyList<DType> types)
    {
        if (caller.Functions.GradientOf(call.Name) is { } given)
        {
            NameAttrList gradient = call.Clone();
            gradient.Name = given;
            return caller.Functions.Get(caller, gradient);
        }

        bool[] varied = [.. caller.Functions.Get(caller, call).Results.Select(result => GradientReach.IsSmooth(result.DType))];
        FunctionGradient function = FunctionGradient.Of(caller, call, varied);
        GraphTensor[] upstream = [.. function.Upstream.Select((given, i) => given ?? function.AddArgument($"dy_{i}", function.Results[i].DType))];
        for (int i = 0; i < function.Arguments.Count; i++)
        {
            function.FillGap(i, types[i]);
        }

        return new FunctionGraph($"gradient of {call.Name}", function.Graph, [.. function.Arguments, .. upstream], [.. function.Gradients.OfType<GraphTensor>()], []);
    }
}
