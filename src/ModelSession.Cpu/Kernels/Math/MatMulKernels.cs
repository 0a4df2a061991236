using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Matrix products.</summary>
internal static class MatMulKernels
{
    private static readonly TypeSet Types = TypeSet.Numbers | TypeSet.Complexes;

    public static void Register(KernelTable table)
    {
        table.Storage<BatchMatMul>("BatchMatMul", Types);
        table.Storage<BatchMatMul>("BatchMatMulV2", Types);
        table.Add("BatchMatMulV3", "Tout", Types, Mixed<BatchMatMul>);
        table.Storage<MatMul>("MatMul", Types);
        table.Add("SparseMatMul", "Ta", TypeSet.Of(DType.Float32, DType.BFloat16), Mixed<MatMul>);
    }

    // Inputs of a narrow float type are widened first.
    private static Kernel Mixed<TKernel>(GraphOperation node, CpuSession session)
        where TKernel : IStorageKernel
    {
        DType result = node.Outputs[0].DType;
        Kernel product = Typed.Storage<TKernel>(node, result);
        return result == DType.Float32 ? NarrowFloats.Wrap(product, DType.BFloat16) : product;
    }

    /// <summary>A product of float or double matrices to which a bias (input 2) is added and an activation applied.</summary>
    public static Kernel WithBias(GraphOperation node, Activation activation)
    {
        bool transposeA = node.Bool("transpose_a"), transposeB = node.Bool("transpose_b");
        return node.DType("T") == DType.Float32
            ? context => Multiply(context, transposeA, transposeB, new Epilogue<float>(context.Input(2).Span<float>(), activation))
            : context => Multiply(context, transposeA, transposeB, new Epilogue<double>(context.Input(2).Span<double>(), activation));
    }

    /// <summary>A bias has one value for each column, or is not there.</summary>
    public static void CheckBias<T>(Epilogue<T> epilogue, int columns)
        where T : unmanaged
    {
        if (!epilogue.Bias.IsEmpty && epilogue.Bias.Length != columns)
        {
            throw Failure.Invalid($"Incompatible shapes: {columns} columns vs. a bias of {epilogue.Bias.Length} values");
        }
    }

    private static void Multiply<T>(KernelContext context, bool transposeA, bool transposeB, Epilogue<T> epilogue)
        where T : unmanaged
    {
        Value a = context.Input(0), b = context.Input(1);
        if (a.Rank != 2 || b.Rank != 2)
        {
            throw Failure.Invalid($"In[0] and In[1] must be matrices, not of shapes {a.Shape} and {b.Shape}.");
        }

        GemmShape shape = ShapeOf(a, b, transposeA, transposeB);
        CheckBias(epilogue, shape.N);
        Value c = context.Allocate(0, [shape.M, shape.N]);
        Gemm.Multiply(shape, a.Span<T>(), b.Span<T>(), c.Span<T>(), epilogue, context.Workers, context.Workspace);
    }

    private static GemmShape ShapeOf(Value a, Value b, bool transposeA, bool transposeB)
    {
        (long m, long k) = transposeA ? (a.Dimensions[^1], a.Dimensions[^2]) : (a.Dimensions[^2], a.Dimensions[^1]);
        (long inner, long n) = transposeB ? (b.Dimensions[^1], b.Dimensions[^2]) : (b.Dimensions[^2], b.Dimensions[^1]);
        return k == inner
            ? new GemmShape(checked((int)m), checked((int)n), checked((int)k), transposeA, transposeB)
            : throw Failure.Invalid($"Matrix size-incompatible: In[0]: {a.Shape}, In[1]: {b.Shape}");
    }

    private readonly struct MatMul : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            bool transposeA = node.Bool("transpose_a"), transposeB = node.Bool("transpose_b");
            return context => Multiply<T>(context, transposeA, transposeB, default);
        }
    }

    private readonly struct BatchMatMul : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            // "Adjoint" conjugates too.
            bool adjointX = node.Bool("adj_x"), adjointY = node.Bool("adj_y");
            return context =>
            {
                Value a = context.Input(0), b = context.Input(1);
                if (a.Rank < 2 || b.Rank < 2)
                {
                    throw Failure.Invalid($"In[0] and In[1] ndims must be >= 2, not of shapes {a.Shape} and {b.Shape}.");
                }

                GemmShape shape = ShapeOf(a, b, adjointX, adjointY);
                int rank = System.Math.Max(a.Rank, b.Rank);
                Span<long> result = stackalloc long[rank];
                if (!BroadcastLoop.TryMerge(a.Dimensions[..^2], b.Dimensions[..^2], result[..^2]))
                {
                    throw Failure.Invalid($"In[0] and In[1] must have compatible batch dimensions: {a.Shape} vs. {b.Shape}");
                }

                (result[^2], result[^1]) = (shape.M, shape.N);
                Value c = context.Allocate(0, result);
                BroadcastLoop loop = new(a.Dimensions[..^2], b.Dimensions[..^2], stackalloc long[3 * (rank - 2)]);
                MultiplyAll(context, shape, Operand<T>(context, a, adjointX), Operand<T>(context, b, adjointY), c.Span<T>(), loop);
            };
        }

        private static void MultiplyAll<T>(
            KernelContext context, GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, BroadcastLoop loop)
            where T : unmanaged
        {
            int aSize = shape.M * shape.K, bSize = shape.K * shape.N, cSize = shape.M * shape.N;
            for (int i = 0, at = 0; at < c.Length; i++, at += cSize)
            {
                (long outer, long inner) = System.Math.DivRem(i, loop.InnerLength);
                (long aAt, long bAt) = loop.Start(outer);
                Gemm.Multiply(
                    shape,
                    a.Slice((int)(aAt + inner * loop.XInnerStep) * aSize, aSize),
                    b.Slice((int)(bAt + inner * loop.YInnerStep) * bSize, bSize),
                    c.Slice(at, cSize),
                    default,
                    context.Workers,
                    context.Workspace);
            }
        }

        private static ReadOnlySpan<T> Operand<T>(KernelContext context, Value value, bool adjoint)
            where T : unmanaged
        {
            if (typeof(T) == typeof(int) && value.DType != DType.Int32)
            {
                Span<T> wide = context.Scratch<T>(value.Count);
                for (int i = 0; i < wide.Length; i++)
                {
                    wide[i] = (T)(object)(int)value.Integer(i);
                }

                return wide;
            }

            if (!adjoint || !value.DType.IsComplex())
            {
                return value.Span<T>();
            }

            Span<T> conjugate = context.Scratch<T>(value.Count);
            value.Span<T>().CopyTo(conjugate);
            ComplexArithmetic.Conjugate(value.DType, System.Runtime.InteropServices.MemoryMarshal.AsBytes(conjugate));
            return conjugate;
        }
    }
}
