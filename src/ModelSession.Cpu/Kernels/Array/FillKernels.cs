using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Tensors of one value, or with one value that stands out.</summary>
internal static class FillKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Empty", (node, _) => node.DType("dtype").IsObject() || !node.Bool("init") ? Empty : EmptyZeros);
        table.Elements<Fill>("Fill");
        table.Elements<OneHot>("OneHot");
        table.Add("OnesLike", "T", TypeSet.Bytes, OnesLike);
        table.Add("ZerosLike", "T", TypeSet.All - TypeSet.Of(DType.Resource), (node, _) => node.DType("T") == DType.Variant ? List.VariantKernels.Zeros : ZerosLike);
    }

    /// <summary>Sets all elements to 0, to the empty string.</summary>
    public static void Clear(Value value)
    {
        if (value.DType.IsObject())
        {
            value.Objects.Clear();
            return;
        }

        long length = value.LongCount * value.DType.Size();
        const int part = 1 << 30;
        for (long at = 0; at < length; at += part)
        {
            value.Memory!.Bytes(at, (int)System.Math.Min(part, length - at)).Clear();
        }
    }

    /// <summary>Reads a shape given as a vector of whole numbers.</summary>
    /// <exception cref="EngineException">It is no vector, or holds a negative size.</exception>
    public static void ReadShape(Value sizes, Span<long> shape)
    {
        sizes.CopyIntegers(shape);
        foreach (long size in shape)
        {
            if (size < 0)
            {
                throw Failure.Invalid($"Dimension {size} must be >= 0");
            }
        }
    }

    private static void Empty(KernelContext context)
    {
        Span<long> shape = stackalloc long[context.Input(0).ShapeLength];
        ReadShape(context.Input(0), shape);
        context.Allocate(0, shape);
    }

    private static void EmptyZeros(KernelContext context)
    {
        Empty(context);
        Clear(context.Output(0));
    }

    private static void ZerosLike(KernelContext context) => Clear(context.Allocate(0, context.Input(0).Dimensions));

    private static Kernel OnesLike(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("T");
        return dtype switch
        {
            DType.Complex64 => context => context.Allocate(0, context.Input(0).Dimensions).Span<Complex64>().Fill(new Complex64(1, 0)),
            DType.Complex128 => context => context.Allocate(0, context.Input(0).Dimensions).Span<System.Numerics.Complex>().Fill(System.Numerics.Complex.One),
            DType.Bool => context => context.Allocate(0, context.Input(0).Dimensions).Span<bool>().Fill(true),
            _ => Typed.Number<Ones>(node, dtype),
        };
    }

    private readonly struct Ones : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, System.Numerics.INumber<T>, System.Numerics.IMinMaxValue<T> =>
            context => context.Allocate(0, context.Input(0).Dimensions).Span<T>().Fill(T.One);
    }

    private readonly struct Fill : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value sizes = context.Input(0), value = context.Input(1);
            if (sizes.Rank > 1 || value.LongCount != 1 || value.Rank != 0)
            {
                throw Failure.Invalid($"dims must be a vector and value a scalar, not of shapes {sizes.Shape} and {value.Shape}.");
            }

            Span<long> shape = stackalloc long[sizes.ShapeLength];
            ReadShape(sizes, shape);
            context.Allocate(0, shape).Elements<T>().Fill(value.Elements<T>()[0]);
        };
    }

    private readonly struct OneHot : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            long axis = node.Int("axis");
            return context =>
            {
                Value indices = context.Input(0);
                long depth = context.Input(1).IntegerScalar("depth");
                if (depth < 0 || axis < -1 || axis > indices.Rank)
                {
                    throw Failure.Invalid(depth < 0
                        ? $"depth must be non-negative, got: {depth}"
                        : $"Expected axis to be -1 or between [0, {indices.Rank}].  But received: {axis}");
                }

                int at = axis < 0 ? indices.Rank : (int)axis;
                Span<long> shape = stackalloc long[indices.Rank + 1];
                indices.Dimensions[..at].CopyTo(shape);
                shape[at] = depth;
                indices.Dimensions[at..].CopyTo(shape[(at + 1)..]);
                Span<T> result = context.Allocate(0, shape).Elements<T>();
                result.Fill(context.Input(3).Elements<T>()[0]);
                Mark(result, indices, context.Input(2).Elements<T>()[0], depth, shape[(at + 1)..]);
            };
        }

        private static void Mark<T>(Span<T> result, Value indices, T on, long depth, ReadOnlySpan<long> after)
        {
            long suffix = 1;
            foreach (long size in after)
            {
                suffix *= size;
            }

            for (int i = 0; i < indices.Count; i++)
            {
                long index = indices.Integer(i);
                if (index >= 0 && index < depth)
                {
                    (long prefix, long rest) = System.Math.DivRem(i, suffix);
                    result[(int)((prefix * depth + index) * suffix + rest)] = on;
                }
            }
        }
    }
}
