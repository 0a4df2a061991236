using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Control;

/// <summary>Calls of functions: plain ones, branches, loops.</summary>
internal static class FunctionKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Case", Case);
        table.Add("DeviceIndex", DeviceIndex);
        table.Add("FakeParam", FakeParam);
        table.Add("For", For);
        table.Add("If", If);
        table.Add("PartitionedCall", Call);
        table.Add("RemoteCall", RemoteCall);
        table.Add("StatefulPartitionedCall", Call);
        table.Add("StatelessCase", Case);
        table.Add("StatelessIf", If);
        table.Add("StatelessWhile", While);
        table.Add("SymbolicGradient", Gradient);
        table.Add("ToBool", context => context.Allocate(0, []).Span<bool>()[0] = IsTrue(context.Input(0)));
        table.Add("While", While);
    }

    /// <summary>A node whose op kind is a function of its graph.</summary>
    public static Kernel Named(GraphOperation node, CpuSession session)
    {
        Function function = session.Functions.Named(node);
        return context => function.Call(context, 0);
    }

    private static Kernel Call(GraphOperation node, CpuSession session)
    {
        Function function = session.Functions.Get(node, "f");
        return context => function.Call(context, 0);
    }

    private static Kernel Gradient(GraphOperation node, CpuSession session)
    {
        Function function = session.Functions.Gradient(node);
        return context => function.Call(context, 0);
    }

    // There is one device.
    private static Kernel RemoteCall(GraphOperation node, CpuSession session)
    {
        Function function = session.Functions.Get(node, "f");
        return context => function.Call(context, 1);
    }

    private static Kernel If(GraphOperation node, CpuSession session)
    {
        Function then = session.Functions.Get(node, "then_branch"), otherwise = session.Functions.Get(node, "else_branch");
        return context => (IsTrue(context.Input(0)) ? then : otherwise).Call(context, 1);
    }

    private static Kernel Case(GraphOperation node, CpuSession session)
    {
        Function[] branches = [.. node.Attributes["branches"].List.Func.Select(branch => session.Functions.Get(node, branch))];
        return context =>
        {
            long index = context.Input(0).IntegerScalar("branch_index");
            branches[index < 0 || index >= branches.Length ? branches.Length - 1 : index].Call(context, 1);
        };
    }

    private static Kernel While(GraphOperation node, CpuSession session)
    {
        Function condition = session.Functions.Get(node, "cond"), body = session.Functions.Get(node, "body");
        if (condition.ResultCount != 1)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Type}): the condition '{condition.Name}' has {condition.ResultCount} results; it must have 1.", node.Name);
        }

        CheckLoop(node, condition, node.Inputs.Count, condition.ResultCount);
        CheckLoop(node, body, node.Inputs.Count, node.Outputs.Count);
        return context =>
        {
            Start(context, 0);
            while (Holds(context, condition))
            {
                context.Cancel.ThrowIfCancellationRequested();
                Iterate(context, body, 0);
            }
        };
    }

    private static Kernel For(GraphOperation node, CpuSession session)
    {
        Function body = session.Functions.Get(node, "body");
        CheckLoop(node, body, node.Outputs.Count + 1, node.Outputs.Count);
        return context =>
        {
            long start = context.Input(0).IntegerScalar("start"), limit = context.Input(1).IntegerScalar("limit"), delta = context.Input(2).IntegerScalar("delta");
            if (delta == 0 || (delta > 0 ? start > limit : start < limit))
            {
                throw Failure.Invalid($"A loop cannot go from {start} to {limit} in steps of {delta}.");
            }

            Start(context, 3);
            for (long i = start; delta > 0 ? i < limit : i > limit; i += delta)
            {
                context.Cancel.ThrowIfCancellationRequested();
                context.Counter.Span<int>()[0] = (int)i;
                Iterate(context, body, 1);
            }
        };
    }

    // While it runs, a loop keeps its variables in the node's outputs.
    private static void Start(KernelContext context, int firstInput)
    {
        for (int i = 0; i < context.OutputCount; i++)
        {
            context.Share(i, firstInput + i);
        }
    }

    private static bool Holds(KernelContext context, Function condition)
    {
        RunState state = condition.Begin(context);
        try
        {
            for (int i = 0; i < context.OutputCount; i++)
            {
                condition.Give(state, i, context.Output(i));
            }

            condition.Run(state);
            return IsTrue(condition.Result(state, 0));
        }
        finally
        {
            condition.End(state);
        }
    }

    private static void Iterate(KernelContext context, Function body, int counters)
    {
        RunState state = body.Begin(context);
        try
        {
            if (counters > 0)
            {
                body.Give(state, 0, context.Counter);
            }

            for (int i = 0; i < context.OutputCount; i++)
            {
                body.Give(state, counters + i, context.Output(i));
                // The body alone holds it now, and may write there.
                context.Output(i).Clear();
            }

            body.Run(state);
            for (int i = 0; i < context.OutputCount; i++)
            {
                body.Take(state, i, context.Output(i));
            }
        }
        finally
        {
            body.End(state);
        }
    }

    private static void CheckLoop(GraphOperation node, Function function, int arguments, int results)
    {
        if (function.ArgumentCount != arguments || function.ResultCount != results)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{node.Name}' ({node.Type}): the function '{function.Name}' takes {function.ArgumentCount} arguments and has {function.ResultCount} results; it must take {arguments} and have {results}.",
                node.Name);
        }
    }

    /// <summary>TensorFlow's truth: a scalar that is not 0 or empty; any other tensor that has elements.</summary>
    private static bool IsTrue(Value value)
    {
        if (value.Rank > 0)
        {
            return value.LongCount > 0;
        }

        return value.DType switch
        {
            DType.Bool => value.Span<bool>()[0],
            DType.Float32 => value.Span<float>()[0] != 0,
            DType.Float64 => value.Span<double>()[0] != 0,
            DType.String => value.Objects[0] is byte[] { Length: > 0 },
            _ => value.Integer(0) != 0,
        };
    }

    // The place in the list of the device that runs it; one past the list if that is not there.
    private static Kernel DeviceIndex(GraphOperation node, CpuSession session)
    {
        string[] devices = [.. node.Attributes["device_names"].List.S.Select(name => name.ToStringUtf8())];
        int index = System.Array.IndexOf(devices, "CPU");
        return context => context.Allocate(0, []).Span<int>()[0] = index < 0 ? devices.Length : index;
    }

    // Stands for a value of the other branch; nobody reads it.
    private static Kernel FakeParam(GraphOperation node, CpuSession session)
    {
        Shape shape = node.Shape("shape");
        long[] dimensions = shape.HasRank ? [.. shape.Select(size => System.Math.Max(0, size))] : [];
        return context => Array.FillKernels.Clear(context.Allocate(0, dimensions));
    }
}
