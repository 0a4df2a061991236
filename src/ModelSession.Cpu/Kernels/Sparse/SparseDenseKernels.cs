using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Sparse tensors together with dense ones.</summary>
internal static class SparseDenseKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<ElementWise<Sum>>("SparseDenseCwiseAdd", TypeSet.Numbers);
        table.Numbers<ElementWise<Quotient>>("SparseDenseCwiseDiv", TypeSet.Numbers);
        table.Numbers<ElementWise<Product>>("SparseDenseCwiseMul", TypeSet.Numbers);
        table.Rings<DenseSum>("SparseTensorDenseAdd", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<MatMul>("SparseTensorDenseMatMul", TypeSet.Floats | TypeSet.Complexes | TypeSet.Of(DType.Int32));
    }

    private interface IOperation
    {
        static abstract T Of<T>(T x, T y)
            where T : INumber<T>;
    }

    private readonly struct Sum : IOperation
    {
        public static T Of<T>(T x, T y)
            where T : INumber<T> => x + y;
    }

    private readonly struct Product : IOperation
    {
        public static T Of<T>(T x, T y)
            where T : INumber<T> => x * y;
    }

    private readonly struct Quotient : IOperation
    {
        public static T Of<T>(T x, T y)
            where T : INumber<T> => x / y;
    }

    // The dense tensor is stretched to the sparse one's shape, never the other way.
    private readonly struct ElementWise<TOperation> : INumberKernel
        where TOperation : IOperation
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool isInteger = T.One / (T.One + T.One) == T.Zero;
            return context =>
            {
                SparseIndices sparse = SparseIndices.Of(context, 0, 1, 2);
                Value dense = context.Input(3);
                long[] steps = Steps(sparse.Shape, dense);
                ReadOnlySpan<T> x = context.Input(1).Span<T>(), y = dense.Span<T>();
                if (typeof(TOperation) == typeof(Quotient) && isInteger && y.Contains(T.Zero))
                {
                    throw Failure.Invalid("SparseDenseCwiseDiv cannot divide by zero, but the input dense tensor contains zero");
                }

                if (sparse.Outside() >= 0)
                {
                    throw Failure.Invalid("Provided indices are out-of-bounds w.r.t. dense side with broadcasted shape");
                }

                Span<T> result = context.Allocate(0, [sparse.Count]).Span<T>();
                for (int i = 0; i < result.Length; i++)
                {
                    Interruption.Check();
                    long place = 0;
                    for (int axis = 0; axis < steps.Length; axis++)
                    {
                        place += sparse[i][axis] * steps[axis];
                    }

                    result[i] = TOperation.Of(x[i], y[(int)place]);
                }
            };
        }

        private static long[] Steps(long[] shape, Value dense)
        {
            int outer = shape.Length - dense.Rank;
            long[] steps = new long[shape.Length];
            long step = 1;
            for (int axis = dense.Rank - 1; axis >= 0; axis--)
            {
                long size = dense.Dimensions[axis];
                if (outer < 0 || (size != 1 && size != shape[outer + axis]))
                {
                    throw Failure.Invalid($"SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: [{string.Join(',', shape)}] vs. {dense.Shape}");
                }

                steps[outer + axis] = size == 1 ? 0 : step;
                step *= size;
            }

            return steps;
        }
    }

    private readonly struct DenseSum : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value indices = context.Input(0), values = context.Input(1), shape = context.Input(2), dense = context.Input(3);
                if (indices.Rank != 2 || values.Rank != 1 || shape.Rank != 1 || values.LongCount != indices.Dimensions[0]
                    || shape.LongCount != indices.Dimensions[1] || shape.LongCount != dense.Rank)
                {
                    throw Failure.Invalid($"Sparse indices {indices.Shape}, values {values.Shape} and a shape of {shape.Shape} do not fit each other or the dense tensor {dense.Shape}.");
                }

                for (int axis = 0; axis < dense.Rank; axis++)
                {
                    _ = shape.Integer(axis) == dense.Dimensions[axis]
                        ? 0
                        : throw Failure.Invalid($"Dimension {axis} does not equal (no broadcasting is supported): sparse side {shape.Integer(axis)} vs dense side {dense.Dimensions[axis]}");
                }

                ReadOnlySpan<T> added = values.Span<T>();
                Shape sizes = dense.Shape;
                Span<T> sum = context.Copy(0, 3).Span<T>();
                for (int i = 0; i < added.Length; i++)
                {
                    sum[Array.GatherKernels.Place(indices, i, sizes.Rank, sizes)] += added[i];
                }
            };
    }

    private readonly struct MatMul : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            (bool adjointA, bool adjointB) = (node.Bool("adjoint_a"), node.Bool("adjoint_b"));
            return context =>
            {
                (Value indices, Value values, Value b) = (context.Input(0), context.Input(1), context.Input(3));
                (long rows, long inner, long columns) = Check(context, adjointA, adjointB);
                Span<T> result = context.Allocate(0, [rows, columns]).Span<T>();
                result.Clear();
                ReadOnlySpan<T> x = values.Span<T>(), y = b.Span<T>();
                for (int i = 0; i < x.Length; i++)
                {
                    Interruption.Check();
                    long m = indices.Integer((2 * i) + (adjointA ? 1 : 0)), k = indices.Integer((2 * i) + (adjointA ? 0 : 1));
                    if ((ulong)k >= (ulong)inner || (ulong)m >= (ulong)rows)
                    {
                        throw Failure.Invalid($"The index [{indices.Integer(2 * i)}, {indices.Integer((2 * i) + 1)}] in row {i} is out of bounds of {rows} x {inner}{(adjointA ? " (adjoint)" : "")}");
                    }

                    T factor = adjointA ? Dense.Conjugate(x[i]) : x[i];
                    Span<T> row = result.Slice((int)(m * columns), (int)columns);
                    for (int j = 0; j < row.Length; j++)
                    {
                        row[j] += factor * (adjointB ? Dense.Conjugate(y[(int)((j * inner) + k)]) : y[(int)((k * columns) + j)]);
                    }
                }
            };
        }

        private static (long Rows, long Inner, long Columns) Check(KernelContext context, bool adjointA, bool adjointB)
        {
            Value indices = context.Input(0), values = context.Input(1), shape = context.Input(2), b = context.Input(3);
            if (b.Rank != 2 || shape.Rank != 1 || shape.LongCount != 2 || values.Rank != 1 || indices.Rank != 2
                || indices.Dimensions[0] != values.LongCount || indices.Dimensions[1] != 2)
            {
                throw Failure.Invalid($"a_indices {indices.Shape}, a_values {values.Shape}, a shape of {shape.Shape} and b {b.Shape} are no sparse and dense matrix.");
            }

            (long rows, long inner) = adjointA ? (shape.Integer(1), shape.Integer(0)) : (shape.Integer(0), shape.Integer(1));
            (long other, long columns) = adjointB ? (b.Dimensions[1], b.Dimensions[0]) : (b.Dimensions[0], b.Dimensions[1]);
            if (rows < 0 || inner != other)
            {
                throw Failure.Invalid($"Cannot multiply A and B because inner dimension does not match: {inner} vs. {other}. Did you forget a transpose? Dimensions of A: [{shape.Integer(0)}, {shape.Integer(1)}]. Dimensions of B: {b.Shape}");
            }

            return (rows, inner, columns);
        }
    }
}
