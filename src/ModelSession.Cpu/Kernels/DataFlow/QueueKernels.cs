using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Queues made, and filled and emptied by runs.</summary>
internal static class QueueKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("FakeQueue", Fake);
        foreach (string version in (string[])["", "V2"])
        {
            table.Add("FIFOQueue" + version, Create);
            table.Add("PaddingFIFOQueue" + version, Create);
            table.Add("PriorityQueue" + version, Create);
            table.Add("QueueClose" + version, Close);
            table.Add("QueueDequeue" + version, (node, _) => Timed(node, context => Dequeue(context, Find(context))));
            table.Add("QueueDequeueMany" + version, (node, _) => Timed(node, context => DequeueMany(context, Find(context), orLess: false)));
            table.Add("QueueDequeueUpTo" + version, (node, _) => Timed(node, context => DequeueMany(context, Find(context), orLess: true)));
            table.Add("QueueEnqueue" + version, (node, _) => Timed(node, context => Enqueue(context, Find(context))));
            table.Add("QueueEnqueueMany" + version, (node, _) => Timed(node, context => EnqueueMany(context, Find(context))));
            table.Add("QueueSize" + version, context => context.Allocate(0, []).Span<int>()[0] = Find(context).Count);
            table.Add("RandomShuffleQueue" + version, Create);
        }

        table.Add("QueueIsClosed", context => context.Allocate(0, []).Span<bool>()[0] = Find(context).IsClosed);
        table.Add("QueueIsClosedV2", context => context.Allocate(0, []).Span<bool>()[0] = Find(context).IsClosed);
    }

    private static Queue Find(KernelContext context) => Find(context, 0);

    /// <summary>The queue that an input is a handle to.</summary>
    public static Queue Find(KernelContext context, int input) => Handles.Get<Queue>(context, input, "queue");

    private static Kernel Create(GraphOperation node, CpuSession session)
    {
        ResourceKey key = ResourceKey.Of(node);
        return context =>
        {
            QueueType type = QueueType.Of(context.Node);
            Queue queue = session.Resources.Get(key, _ => new Queue(key, type));
            queue.Type.CheckShared(type, key.Name);
            Handles.Give(context, key, queue);
        };
    }

    // The handle of old for a queue of today.
    private static void Fake(KernelContext context)
    {
        Queue queue = Find(context);
        Span<object?> handle = context.Allocate(0, [2]).Objects;
        handle[0] = Encoding.UTF8.GetBytes(queue.Key.Container);
        handle[1] = Encoding.UTF8.GetBytes(queue.Key.Name);
    }

    private static Kernel Timed(GraphOperation node, Kernel kernel) => node.Int("timeout_ms") == -1
        ? kernel
        : _ => throw Failure.Invalid($"Timeout not supported yet: timeout_ms must be -1, not {node.Int("timeout_ms")}.");

    private static Kernel Close(GraphOperation node, CpuSession session)
    {
        bool atOnce = node.Bool("cancel_pending_enqueues");
        return context => Find(context).Close(atOnce, context.Cancel);
    }

    private static void Enqueue(KernelContext context, Queue queue)
    {
        queue.Type.CheckTypes(Components(context).Select(component => component.DType));
        Tensor[] element = [.. Components(context).Select(component => component.ToTensor())];
        for (int i = 0; i < queue.Type.Shapes.Count; i++)
        {
            CheckShape(i, queue.Type.Shapes[i], element[i].Shape);
        }

        queue.Enqueue(1, _ => element, context.Cancel);
    }

    private static void EnqueueMany(KernelContext context, Queue queue)
    {
        queue.Type.CheckTypes(Components(context).Select(component => component.DType));
        Value[] batches = [.. Components(context)];
        if (System.Array.FindIndex(batches, batch => batch.Rank == 0) is >= 0 and var scalar)
        {
            throw Failure.Invalid($"Component {scalar} is a scalar; to enqueue many elements, each component needs a first dimension.");
        }

        long count = batches[0].Dimensions[0];
        for (int i = 0; i < batches.Length; i++)
        {
            if (queue.Type.Shapes.Count > 0)
            {
                CheckShape(i, new Shape([count, .. queue.Type.Shapes[i].Dimensions]), batches[i].Shape);
            }
            else if (batches[i].Dimensions[0] != count)
            {
                throw Failure.Invalid(
                    $"All input tensors must have the same size in the 0th dimension. Component {i} has {batches[i].Dimensions[0]}, and should have {count}");
            }
        }

        queue.Enqueue(count, row => System.Array.ConvertAll(batches, batch => TensorRows.Cut(batch, row)), context.Cancel);
    }

    private static void Dequeue(KernelContext context, Queue queue)
    {
        queue.Type.CheckTypes(context.Node.Outputs.Select(output => output.DType));
        Tensor[] element = queue.Dequeue(1, orLess: false, context.Cancel)[0];
        for (int i = 0; i < element.Length; i++)
        {
            context.Output(i).Borrow(element[i]);
        }
    }

    private static void DequeueMany(KernelContext context, Queue queue, bool orLess)
    {
        queue.Type.CheckTypes(context.Node.Outputs.Select(output => output.DType));
        if (context.Input(1).LongCount == 0 || context.Input(1).Integer(0) < 0)
        {
            throw Failure.Invalid($"{(orLess ? "DequeueUpToOp" : "DequeueManyOp")} requested {(context.Input(1).LongCount == 0 ? "no number of" : $"{context.Input(1).Integer(0)} < 0")} elements");
        }

        if (queue.Type.Shapes.Count == 0)
        {
            throw Failure.Invalid($"{queue.Type.Kind}'s DequeueMany and DequeueUpTo require the components to have specified shapes.");
        }

        IReadOnlyList<Tensor[]> elements = queue.Dequeue(context.Input(1).Integer(0), orLess, context.Cancel);
        for (int i = 0; i < context.OutputCount; i++)
        {
            int component = i;
            TensorRows.Stack(context, i, elements.Count, row => elements[row][component], queue.Type.Shapes[i]);
        }
    }

    private static IEnumerable<Value> Components(KernelContext context) => Enumerable.Range(1, context.InputCount - 1).Select(context.Input);

    private static void CheckShape(int component, Shape expected, Shape found)
    {
        if (!expected.IsCompatibleWith(found))
        {
            throw Failure.Invalid($"Shape mismatch in tuple component {component}. Expected {expected}, got {found}");
        }
    }
}
