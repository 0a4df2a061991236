using ModelSessions.Graphs.Gradients;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Flow;

/// <summary>Contexts as a MetaGraph tells of them, so that TensorFlow's Python knows what is in a branch or a loop.</summary>
internal static class FlowDefs
{
    public static CondContextDef ToProto(BranchContext branch)
    {
        CondContextDef def = new()
        {
            ContextName = branch.Name,
            PredName = branch.Predicate.Name,
            PivotName = branch.Pivot.Outputs[0].Name,
            Branch = branch.Branch,
            ValuesDef = Values(branch),
        };
        def.ValuesDef.ExternalValues[branch.Predicate.Name] = branch.Predicate.Name;
        def.NestedContexts.AddRange(branch.Nested.Select(Nested));
        return def;
    }

    public static WhileContextDef ToProto(LoopContext loop)
    {
        WhileContextDef def = new()
        {
            ContextName = loop.Name,
            ParallelIterations = (int)loop.ParallelIterations,
            BackProp = loop.HasGradients,
            SwapMemory = loop.SwapsMemory,
            PivotName = loop.Condition!.Name,
            PivotForPredName = loop.Variables[0].Inputs[0].Name,
            PivotForBodyName = loop.Pivot!.Outputs[0].Name,
            MaximumIterationsName = loop.MaximumIterations?.Name ?? "",
            ValuesDef = Values(loop),
        };
        def.LoopEnterNames.AddRange(loop.Variables.Select(variable => variable.Inputs[0].Operation.Inputs[0].Name));
        def.LoopExitNames.AddRange(loop.Exits.Select(exit => exit.Name));
        def.NestedContexts.AddRange(loop.Nested.Select(Nested));
        return def;
    }

    private static ControlFlowContextDef Nested(FlowContext context) => context is BranchContext branch
        ? new() { CondCtxt = ToProto(branch) }
        : new() { WhileCtxt = ToProto((LoopContext)context) };

    private static ValuesDef Values(FlowContext context)
    {
        ValuesDef values = new();
        values.Values.AddRange(context.Values.Select(value => value.Name).Order(StringComparer.Ordinal));
        foreach ((GraphTensor outside, GraphTensor inside) in context.Brought)
        {
            values.ExternalValues[outside.Name] = inside.Name;
        }

        return values;
    }
}
