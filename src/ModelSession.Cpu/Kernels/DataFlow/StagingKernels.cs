using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Tensors staged by one run for another.</summary>
internal static class StagingKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Stage", (node, session) => Area(node, session, (context, area) => area.Put(Values(context, 0), context.Cancel)));
        table.Add("StageClear", (node, session) => Area(node, session, (_, area) => area.Clear()));
        table.Add("StagePeek", (node, session) => Area(node, session, (context, area) => Give(context, 0, area.Peek((int)context.Input(0).IntegerScalar("index"), context.Cancel))));
        table.Add("StageSize", (node, session) => Area(node, session, (context, area) => Size(context, area.Count)));
        table.Add("Unstage", (node, session) => Area(node, session, (context, area) => Give(context, 0, area.Take(context.Cancel))));
        foreach (string kind in (string[])["Map", "OrderedMap"])
        {
            table.Add(kind + "Clear", (node, session) => Map(node, session, (_, map) => map.Clear()));
            table.Add(kind + "IncompleteSize", (node, session) => Map(node, session, (context, map) => Size(context, map.PartialCount)));
            table.Add(kind + "Peek", (node, session) => Map(node, session, (context, map) => Give(context, 0, map.Peek(Key(context), Indices(context, 1), context.Cancel))));
            table.Add(kind + "Size", (node, session) => Map(node, session, (context, map) => Size(context, map.Count)));
            table.Add(kind + "Stage", (node, session) => Map(node, session, (context, map) => map.Put(Key(context), Indices(context, 1), Values(context, 2), context.Cancel)));
            table.Add(kind + "Unstage", (node, session) => Map(node, session, (context, map) => Give(context, 0, map.Take(Key(context), Indices(context, 1), context.Cancel))));
            table.Add(kind + "UnstageNoKey", (node, session) => Map(node, session, TakeAny));
        }
    }

    // By its shared name or the node's own: there is no handle to pass on.
    private static ResourceKey KeyOf(GraphOperation node) =>
        new(node.String("container"), node.String("shared_name") is { Length: > 0 } shared ? shared : node.Name);

    private static Kernel Area(GraphOperation node, CpuSession session, Action<KernelContext, StagingArea> act)
    {
        ResourceKey key = KeyOf(node);
        StagingLimits limits = StagingLimits.Of(node);
        return context => act(context, session.Resources.Get(key, _ => new StagingArea(limits)));
    }

    private static Kernel Map(GraphOperation node, CpuSession session, Action<KernelContext, StagingMap> act)
    {
        ResourceKey key = KeyOf(node);
        StagingLimits limits = StagingLimits.Of(node);
        int parts = node.DTypeList("dtypes").Count;
        return context => act(context, session.Resources.Get(key, _ => new StagingMap(limits, parts)));
    }

    private static void TakeAny(KernelContext context, StagingMap map)
    {
        (long key, Tensor[] values) = map.TakeAny(Indices(context, 0), context.Cancel);
        context.Allocate(0, []).Span<long>()[0] = key;
        Give(context, 1, values);
    }

    private static void Size(KernelContext context, int size) => context.Allocate(0, []).Span<int>()[0] = size;

    private static long Key(KernelContext context) => context.Input(0).IntegerScalar("key");

    private static ReadOnlySpan<int> Indices(KernelContext context, int input) => context.Input(input).Span<int>();

    private static Tensor[] Values(KernelContext context, int first) =>
        [.. Enumerable.Range(first, context.InputCount - first).Select(i => context.Input(i).ToTensor())];

    private static void Give(KernelContext context, int first, Tensor[] values)
    {
        if (values.Length != context.OutputCount - first)
        {
            throw Failure.Invalid($"Mismatch stage/unstage: {values.Length} vs. {context.OutputCount - first}");
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].DType != context.Output(first + i).DType)
            {
                throw Failure.Invalid($"What was staged as component {i} is {values[i].DType.Name()}; {context.Output(first + i).DType.Name()} is wanted.");
            }

            context.Output(first + i).Borrow(values[i]);
        }
    }
}
