using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>What other kernels do with real numbers, done with complex ones.</summary>
internal static class ComplexFunctionKernels
{
    public static void Register(KernelTable table)
    {
        Map(table, "Acos", Complex.Acos);
        Map(table, "Acosh", x => Complex.Log(x + (Complex.Sqrt(x + 1) * Complex.Sqrt(x - 1))));
        Map(table, "Asin", Complex.Asin);
        Map(table, "Asinh", x => Complex.Log(x + Complex.Sqrt((x * x) + 1)));
        Map(table, "Atan", Complex.Atan);
        Map(table, "Atanh", x => 0.5 * (Complex.Log(1 + x) - Complex.Log(1 - x)));
        Map(table, "Cos", Complex.Cos);
        Map(table, "Cosh", Complex.Cosh);
        Map(table, "Exp", Complex.Exp);
        Map(table, "Expm1", x => Complex.Exp(x) - 1);
        Map(table, "Inv", x => 1 / x);
        Map(table, "Log", Complex.Log);
        Map(table, "Log1p", x => Complex.Log(1 + x));
        Map(table, "Neg", x => -x);
        Map(table, "Reciprocal", x => 1 / x);
        Map(table, "Rsqrt", x => 1 / Complex.Sqrt(x));
        Map(table, "Sigmoid", x => 1 / (1 + Complex.Exp(-x)));
        Map(table, "Sign", x => x == Complex.Zero ? x : x / Complex.Abs(x));
        Map(table, "Sin", Complex.Sin);
        Map(table, "Sinh", Complex.Sinh);
        Map(table, "Sqrt", Complex.Sqrt);
        Map(table, "Square", x => x * x);
        Map(table, "Tan", Complex.Tan);
        Map(table, "Tanh", Complex.Tanh);

        // Of some TensorFlow conjugates the result here, of others its graphs do before.
        Gradient(table, "InvGrad", (y, dy) => -dy * Complex.Conjugate(y * y));
        Gradient(table, "ReciprocalGrad", (y, dy) => -dy * Complex.Conjugate(y * y));
        Gradient(table, "RsqrtGrad", (y, dy) => dy * -0.5 * Complex.Conjugate(y * y * y));
        Gradient(table, "SigmoidGrad", (y, dy) => dy * y * (1 - y));
        Gradient(table, "SqrtGrad", (y, dy) => dy * 0.5 / Complex.Conjugate(y));
        Gradient(table, "TanhGrad", (y, dy) => dy * (1 - (y * y)));
        Zip(table, "DivNoNan", (x, y) => y == Complex.Zero ? Complex.Zero : x / y);
        Zip(table, "MulNoNan", (x, y) => y == Complex.Zero ? Complex.Zero : x * y);
        Zip(table, "Xdivy", (x, y) => x == Complex.Zero ? Complex.Zero : x / y);
        Zip(table, "Xlog1py", (x, y) => x == Complex.Zero ? Complex.Zero : x * Complex.Log(1 + y));
        Zip(table, "Xlogy", (x, y) => x == Complex.Zero ? Complex.Zero : x * Complex.Log(y));
        table.Complex("AddN", (_, _) => AddAll);
        table.Complex("Cumprod", (node, _) => Scan(node, Complex.One, (x, y) => x * y));
        table.Complex("Cumsum", (node, _) => Scan(node, Complex.Zero, (x, y) => x + y));
        table.Complex("EuclideanNorm", (node, _) => Reduce(node, 0, (sum, x) => sum + Dense.Square(x), (sum, _) => Complex.Sqrt(sum)));
        table.Complex("Mean", (node, _) => Reduce(node, 0, (sum, x) => sum + x, (sum, count) => sum / count));
        table.Complex("Prod", (node, _) => Reduce(node, 1, (product, x) => product * x, (product, _) => product));
        table.Complex("Sum", (node, _) => Reduce(node, 0, (sum, x) => sum + x, (sum, _) => sum));
    }

    private static void Map(KernelTable table, string op, Func<Complex, Complex> f) => table.Complex(op, (_, _) => context =>
    {
        ReadOnlySpan<Complex> x = context.Input(0).Span<Complex>();
        Span<Complex> y = context.Allocate(0, context.Input(0).Dimensions).Span<Complex>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = f(x[i]);
        }
    });

    private static BinarySpan<Complex, Complex> Each(Func<Complex, Complex, Complex> f) => (x, y, z) =>
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = f(x[i], y[i]);
        }
    };

    private static void Gradient(KernelTable table, string op, Func<Complex, Complex, Complex> f)
    {
        BinarySpan<Complex, Complex> each = Each(f);
        table.Complex(op, (_, _) => context =>
        {
            Value x = context.Input(0), y = context.Input(1);
            if (!x.Dimensions.SequenceEqual(y.Dimensions))
            {
                throw Failure.Invalid($"Inputs must be the same size and shape: {x.Shape} vs. {y.Shape}");
            }

            each(x.Span<Complex>(), y.Span<Complex>(), context.Allocate(0, x.Dimensions).Span<Complex>());
        });
    }

    private static void Zip(KernelTable table, string op, Func<Complex, Complex, Complex> f)
    {
        BinarySpan<Complex, Complex> each = Each(f);
        table.Complex(op, (_, _) => context =>
        {
            Value x = context.Input(0), y = context.Input(1);
            int rank = System.Math.Max(x.Rank, y.Rank);
            Span<long> shape = stackalloc long[rank];
            if (!BroadcastLoop.TryMerge(x.Dimensions, y.Dimensions, shape))
            {
                throw Failure.Invalid($"Incompatible shapes: {x.Shape} vs. {y.Shape}");
            }

            Value z = context.Allocate(0, shape);
            BroadcastLoop loop = new(x.Dimensions, y.Dimensions, stackalloc long[3 * rank]);
            Elementwise.Broadcast(context.Workers, each, x.Span<Complex>(), y.Span<Complex>(), z.Span<Complex>(), loop);
        });
    }

    private static void AddAll(KernelContext context)
    {
        Value first = context.Input(0);
        Span<Complex> sum = context.Allocate(0, first.Dimensions).Span<Complex>();
        sum.Clear();
        for (int input = 0; input < context.InputCount; input++)
        {
            Value value = context.Input(input);
            if (!value.Dimensions.SequenceEqual(first.Dimensions))
            {
                throw Failure.Invalid($"Inputs to operation {context.Node.Name} of type AddN must have the same size and shape. Input 0: {first.Shape} != input {input}: {value.Shape}");
            }

            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += value.Span<Complex>()[i];
            }
        }
    }

    private static Kernel Scan(GraphOperation node, Complex start, Func<Complex, Complex, Complex> f)
    {
        (bool exclusive, bool reverse) = (node.Bool("exclusive"), node.Bool("reverse"));
        return context =>
        {
            Value x = context.Input(0);
            int axis = LayoutKernels.Axis(context.Input(1).IntegerScalar("axis"), x.Rank);
            (int outer, int count, int inner) = UniqueKernels.Extent(x.Dimensions, axis);
            ReadOnlySpan<Complex> source = x.Span<Complex>();
            Span<Complex> result = context.Allocate(0, x.Dimensions).Span<Complex>();
            for (int line = 0; line < outer * inner; line++)
            {
                Complex sum = start;
                for (int k = 0; k < count; k++)
                {
                    int at = (line / inner * count * inner) + ((reverse ? count - 1 - k : k) * inner) + (line % inner);
                    Complex next = f(sum, source[at]);
                    result[at] = exclusive ? sum : next;
                    sum = next;
                }
            }
        };
    }

    private static Kernel Reduce(GraphOperation node, Complex start, Func<Complex, Complex, Complex> f, Func<Complex, double, Complex> finish)
    {
        bool keep = node.Bool("keep_dims");
        return context =>
        {
            Value x = context.Input(0), axes = context.Input(1);
            bool[] reduced = new bool[x.Rank];
            for (int i = 0; i < axes.Count; i++)
            {
                int axis = LayoutKernels.Axis(axes.Integer(i), x.Rank, "reduction dimension");
                reduced[axis] = !reduced[axis] ? true : throw Failure.Invalid($"Invalid reduction arguments: Axes contains duplicate dimension: {axis}");
            }

            long[] sizes = x.Dimensions.ToArray(), steps = new long[x.Rank];
            long[] kept = [.. sizes.Select((size, axis) => reduced[axis] ? 1 : size)];
            StridedCopy.RowMajor(kept, steps);
            long[] shape = [.. kept.Where((_, axis) => keep || !reduced[axis])];
            Span<Complex> result = context.Allocate(0, shape).Span<Complex>();
            result.Fill(start);
            ReadOnlySpan<Complex> source = x.Span<Complex>();
            for (int i = 0; i < source.Length; i++)
            {
                long rest = i, to = 0;
                for (int axis = sizes.Length - 1; axis >= 0; axis--)
                {
                    (rest, long at) = System.Math.DivRem(rest, sizes[axis]);
                    to += reduced[axis] ? 0 : at * steps[axis];
                }

                result[(int)to] = f(result[(int)to], source[i]);
            }

            double count = (double)source.Length / System.Math.Max(result.Length, 1);
            foreach (ref Complex item in result)
            {
                item = finish(item, source.Length == 0 ? 0 : count);
            }
        };
    }
}
