using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Control;

/// <summary>Branches: a value goes one of several ways, the others are dead; where ways meet, the one that is alive goes on.</summary>
internal static class SwitchKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Merge", Merge);
        table.Add("RefMerge", Merge);
        table.Add("RefSelect", RefSelect);
        table.Add("RefSwitch", Switch);
        table.Add("Switch", Switch);
        table.Add("_SwitchN", SwitchN);
    }

    private static void Switch(KernelContext context)
    {
        Value predicate = context.Input(1);
        if (predicate.Rank != 0)
        {
            throw Failure.Invalid($"The second input must be a scalar, but it has shape {predicate.Shape}");
        }

        int taken = predicate.Span<bool>()[0] ? 1 : 0;
        PassOn(context, 0, taken);
        context.Kill(1 - taken);
    }

    private static void SwitchN(KernelContext context)
    {
        long index = context.Input(1).IntegerScalar("output_index");
        int taken = index < 0 || index >= context.OutputCount ? context.OutputCount - 1 : (int)index;
        for (int i = 0; i < context.OutputCount; i++)
        {
            if (i == taken)
            {
                PassOn(context, 0, i);
            }
            else
            {
                context.Kill(i);
            }
        }
    }

    // TensorFlow takes the input that comes first; where several are alive, which one that is is left open.
    private static void Merge(KernelContext context)
    {
        int taken = 0;
        while (!context.HasInput(taken))
        {
            taken++;
        }

        PassOn(context, taken, 0);
        context.Allocate(1, []).Span<int>()[0] = taken;
    }

    private static void RefSelect(KernelContext context)
    {
        Value index = context.Input(0);
        if (index.Rank != 0)
        {
            throw Failure.Invalid($"Index must be a scalar, but it has shape {index.Shape}");
        }

        int taken = index.Span<int>()[0];
        if (taken < 0 || taken >= context.InputCount - 1)
        {
            throw Failure.Invalid($"Index must be in the range [0, {context.InputCount - 1}) but got {taken}");
        }

        context.PassOn(taken + 1, 0);
    }

    /// <summary>A reference goes on where the output is one; else its value does.</summary>
    public static void PassOn(KernelContext context, int input, int output)
    {
        if (context.Node.Outputs[output].IsRef)
        {
            context.PassOn(input, output);
        }
        else
        {
            context.Share(output, input);
        }
    }
}
