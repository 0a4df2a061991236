using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Tensors that may be there or not.</summary>
/// <param name="Components">The tensors; null if there is nothing.</param>
internal sealed record Optional(Tensor[]? Components);

/// <summary>Optional values.</summary>
internal static class OptionalKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("OptionalFromValue", FromValue);
        table.Add("OptionalGetValue", GetValue);
        table.Add("OptionalHasValue", context => context.Allocate(0, []).Span<bool>()[0] = Get(context).Components is not null);
        table.Add("OptionalNone", context => context.Allocate(0, []).Objects[0] = new Optional(null));
    }

    private static Optional Get(KernelContext context) => context.Input(0) is { Rank: 0 } value && value.Objects[0] is Optional optional
        ? optional
        : throw Failure.Invalid("Input 0 is no optional value.");

    private static void FromValue(KernelContext context)
    {
        Tensor[] components = new Tensor[context.InputCount];
        for (int i = 0; i < components.Length; i++)
        {
            components[i] = context.Input(i).ToTensor();
        }

        context.Allocate(0, []).Objects[0] = new Optional(components);
    }

    private static Kernel GetValue(GraphOperation node, CpuSession session)
    {
        IReadOnlyList<Shape> shapes = node.ShapeList("output_shapes");
        return context => GetValue(context, shapes);
    }

    private static void GetValue(KernelContext context, IReadOnlyList<Shape> shapes)
    {
        Tensor[] components = Get(context).Components ?? throw Failure.Invalid("The given optional does not have a value.");
        if (components.Length != context.OutputCount)
        {
            throw Failure.Invalid($"The given optional has {components.Length} components, expected {context.OutputCount}.");
        }

        for (int i = 0; i < components.Length; i++)
        {
            if (components[i].DType != context.Output(i).DType)
            {
                throw Failure.Invalid($"The given optional does not match the expected type for component {i}. Expected: {context.Output(i).DType.Name()}. Actual: {components[i].DType.Name()}.");
            }

            if (i < shapes.Count && !shapes[i].IsCompatibleWith(components[i].Shape))
            {
                throw Failure.Invalid($"The given optional does not match the expected shape for component {i}. Expected: {shapes[i]}. Actual: {components[i].Shape}.");
            }

            context.Output(i).Borrow(components[i]);
        }
    }
}
