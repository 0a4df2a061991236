using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Graphs.Functions;

namespace ModelSessions.Cpu.Planning;

/// <summary>Computes once, while planning, what depends on constants alone.</summary>
internal static class ConstantFolder
{
    // Larger results would only move memory from runs into plans: a Fill of a whole weight is cheaper run than held.
    private const long LargestBytes = 1 << 16;

    // What is larger fails, and is left to the run: that can be cancelled.
    private const long MemoryBytes = 1 << 24;

    /// <summary>The values of constant outputs. A node with control inputs is not folded (it may belong to a loop's frame or
    /// wait for an effect), nor is a stateful one, nor one that fails: it fails when it is run.</summary>
    public static Dictionary<GraphTensor, Tensor> Fold(CpuSession session, List<GraphOperation> nodes, IReadOnlySet<GraphTensor> fed)
    {
        // What a function's first call plans serves the calls after a cancelled one, too.
        using Interruption.Scope uncancelled = Interruption.By(CancellationToken.None);
        Dictionary<GraphTensor, Tensor> known = [];
        Arena? arena = null;
        foreach (GraphOperation node in nodes)
        {
            if (node.Schema.IsStateful || node.ControlInputs.Count > 0 || node.Outputs.Count == 0 || node.Outputs.Any(fed.Contains))
            {
                continue;
            }

            if (node.Type == "Const")
            {
                known[node.Outputs[0]] = session.Constant(node);
            }
            else if (IsFoldable(node) && node.Inputs.All(known.ContainsKey) && TryRun(session, arena ??= new Arena(new MemoryBudget(MemoryBytes), static () => { }), node, known, out Tensor[] values))
            {
                for (int i = 0; i < values.Length; i++)
                {
                    known[node.Outputs[i]] = values[i];
                }
            }
        }

        return known;
    }

    private static bool IsFoldable(GraphOperation node) => node.Inputs.Count > 0
        && node.Outputs.All(output => !output.IsRef && output.DType is not (DType.Resource or DType.Variant))
        && node.Type is not ("Placeholder" or "PlaceholderWithDefault" or "StopGradient" or "Print" or "CheckNumerics")
        && !Flow.Steers(node) && !FunctionCalls.Of(node).Any();

    private static bool TryRun(CpuSession session, Arena arena, GraphOperation node, Dictionary<GraphTensor, Tensor> known, out Tensor[] values)
    {
        int inputs = node.Inputs.Count;
        Value[] slots =
        [
            .. node.Inputs.Select(input => new Value(input.DType)),
            .. node.Outputs.Select(output => new Value(output.DType)),
        ];
        for (int i = 0; i < inputs; i++)
        {
            slots[i].Borrow(known[node.Inputs[i]]);
        }

        KernelContext context = new(session, slots) { Arena = arena };
        Step step = new(node, session.KernelOf(node), [.. Enumerable.Range(0, inputs)], inputs, node.Outputs.Count);
        values = [];
        try
        {
            context.Begin(step);
            step.Kernel(context);
            context.End(step);
        }
        catch (Exception e) when (e is ModelSessionException or ArgumentException or OverflowException)
        {
            context.Reset();
            return false;
        }

        Value[] outputs = slots[inputs..];
        if (outputs.Any(output => output.LongCount * Math.Max(1, output.DType.Size()) > LargestBytes))
        {
            return false;
        }

        values = [.. outputs.Select(output => output.ToTensor())];
        return true;
    }
}
