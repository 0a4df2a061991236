using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Arrays of tensors that live for a run.</summary>
internal static class TensorArrayKernels
{
    public static void Register(KernelTable table)
    {
        foreach (string version in Versions)
        {
            table.Add($"TensorArray{version}", Create);
            table.Add($"TensorArrayClose{version}", context => Array(context).Release());
            table.Add($"TensorArrayGrad{version}", (node, _) => Gradient(node.String("source"), shaped: false));
            table.Add($"TensorArrayRead{version}", Read);
            table.Add($"TensorArraySize{version}", Size);
            table.Add($"TensorArrayWrite{version}", Write);
        }

        table.Add("TensorArrayGradWithShape", (node, _) => Gradient(node.String("source"), shaped: true));
    }

    /// <summary>Ends of the ops' names. Of old, a handle was two strings: where the array is, and its name, which holds its number in the run.</summary>
    internal static readonly string[] Versions = ["", "V2", "V3"];

    /// <summary>The array of a node.</summary>
    internal static TensorArray Array(KernelContext context) => (context.Input(0) is { DType: DType.String } named ? context.Resources.Named(named) : context.Input(0).Objects[0]) as TensorArray
        ?? throw Failure.Invalid("The handle is none of a TensorArray.");

    /// <summary>The array of a node, of elements of a type.</summary>
    internal static TensorArray Array(KernelContext context, DType dtype)
    {
        TensorArray array = Array(context);
        return array.DType == dtype
            ? array
            : throw array.Error($"TensorArray dtype is {array.DType.Name()} but Op is trying to use dtype {dtype.Name()}.");
    }

    private static Kernel Create(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("dtype");
        Shape shape = node.Shape("element_shape");
        TensorArrayOptions options = new()
        {
            ClearAfterRead = node.Bool("clear_after_read"),
            HasOneShape = node.Attributes.ContainsKey("identical_element_shapes") && node.Bool("identical_element_shapes"),
            IsDynamic = node.Bool("dynamic_size"),
        };
        return context =>
        {
            long count = context.Input(0).IntegerScalar("TensorArray size");
            if (count < 0)
            {
                throw Failure.Invalid($"Size should be >= 0, not {count}.");
            }

            TensorArray array = new(node.Name, dtype, shape, options);
            array.Grow((int)count);
            context.Resources.Add(array);
            Give(context, array);
        };
    }

    private static Kernel Gradient(string source, bool shaped) => context =>
    {
        Span<long> prepended = stackalloc long[shaped ? context.Input(2).ShapeLength : 0];
        if (shaped)
        {
            context.Input(2).CopyIntegers(prepended);
        }

        Give(context, Array(context).Gradient(source, prepended, context.Resources));
    };

    // The flow only orders the ops of an array.
    private static void Give(KernelContext context, TensorArray array)
    {
        if (context.Output(0).DType == DType.String)
        {
            context.Resources.WriteName(array, "_tensor_arrays", context.Allocate(0, [2]));
            return;
        }

        context.Allocate(0, []).Objects[0] = array;
        context.Allocate(1, []).Span<float>()[0] = 0;
    }

    private static void Write(KernelContext context)
    {
        Array(context).Write(context, context.Input(1).IntegerScalar("index"), context.Input(2));
        context.Share(0, 3);
    }

    private static Kernel Read(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("dtype");
        return context => Array(context, dtype).Read(context.Input(1).IntegerScalar("index"), context.Output(0), context);
    }

    private static void Size(KernelContext context)
    {
        Array(context).CheckOpen();
        context.Allocate(0, []).Span<int>()[0] = Array(context).Count;
    }
}
