using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Graphs.Ops;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Einstein's sums, as one matrix product for each index of what both inputs and the output have.</summary>
internal static class EinsumKernels
{
    public static void Register(KernelTable table) => table.Storage<Sum>(
        "Einsum", TypeSet.Floats | TypeSet.Complexes | TypeSet.Indices);

    private readonly struct Sum : IStorageKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged
        {
            EinsumEquation equation = EinsumEquation.Parse(node.String("equation"), node.Inputs.Count);
            return context => new EinsumRun<T>(context, equation).Run();
        }
    }

    private sealed class EinsumRun<T>(KernelContext context, EinsumEquation equation)
        where T : unmanaged
    {
        private readonly Dictionary<int, long> _sizes = [];

        public void Run()
        {
            int[][] labels = Labels();
            int[] output = EinsumEquation.Expand(equation.Output, Broadcast);
            int[] first = labels[0], second = labels.Length > 1 ? labels[1] : [];
            int[] all = [.. first.Concat(second).Distinct()], distinct = [.. output.Distinct()];
            int[] batch = [.. distinct.Where(label => first.Contains(label) && second.Contains(label))];
            int[] left = [.. distinct.Where(label => !second.Contains(label))], right = [.. distinct.Where(label => !first.Contains(label))];
            int[] summed = [.. all.Except(output)];
            Value result = context.Allocate(0, Sizes(output));
            if (distinct.Length < output.Length)
            {
                Array.FillKernels.Clear(result);
            }

            ReadOnlySpan<T> product = second.Length == 0 && summed.Length == 0
                ? Arrange(0, first, left)
                : Multiply(Arrange(0, first, [.. batch, .. left, .. summed]), Right(second, [.. batch, .. summed, .. right]), Count(batch), new GemmShape(Count(left), Count(right), Count(summed)));
            int[] order = second.Length == 0 && summed.Length == 0 ? left : [.. batch, .. left, .. right];
            StridedCopy.Scatter(context.Workers, product, Sizes(order), result.Span<T>(), 0, Steps(output, Sizes(output), order));
        }

        private int Broadcast { get; set; }

        private int[][] Labels()
        {
            int[][] labels = new int[context.InputCount][];
            for (int i = 0; i < labels.Length; i++)
            {
                Value input = context.Input(i);
                string written = equation.Inputs[i];
                int broadcast = written.Contains('.', StringComparison.Ordinal) ? input.Rank - written.Length + 1 : 0;
                labels[i] = broadcast >= 0 ? EinsumEquation.Expand(written, broadcast) : [];
                Broadcast = System.Math.Max(Broadcast, broadcast);
                if (labels[i].Length != input.Rank)
                {
                    throw Failure.Invalid($"Input {i} of shape {input.Shape} does not fit '{written}'.");
                }

                for (int axis = 0; axis < input.Rank; axis++)
                {
                    Merge(labels[i][axis], input.Dimensions[axis], input);
                }
            }

            return Broadcast == 0 || equation.Output.Contains('.', StringComparison.Ordinal)
                ? labels
                : throw Failure.Invalid($"Dimensions that broadcast must be in the output '{equation.Output}' too.");
        }

        private void Merge(int label, long size, Value input)
        {
            bool stretches = label < 'A';
            if (!_sizes.TryGetValue(label, out long known) || (stretches && known == 1))
            {
                _sizes[label] = size;
            }
            else if (known != size && !(stretches && size == 1))
            {
                throw Failure.Invalid($"Expected dimension {known} for a label of the equation but got {size} in the shape {input.Shape}.");
            }
        }

        private long[] Sizes(int[] labels) => System.Array.ConvertAll(labels, label => _sizes[label]);

        private int Count(int[] labels) => (int)new Shape(Sizes(labels)).ElementCount;

        // How far apart neighbours along each label are; a label that stands twice walks the diagonal, one that is not there stays.
        private static long[] Steps(int[] labels, ReadOnlySpan<long> dimensions, int[] order)
        {
            long[] axes = new long[labels.Length];
            StridedCopy.RowMajor(dimensions, axes);
            long[] steps = new long[order.Length];
            for (int i = 0; i < order.Length; i++)
            {
                for (int axis = 0; axis < labels.Length; axis++)
                {
                    steps[i] += labels[axis] == order[i] && (dimensions[axis] != 1 || order[i] >= 'A') ? axes[axis] : 0;
                }
            }

            return steps;
        }

        private Span<T> Arrange(int input, int[] labels, int[] order)
        {
            Value value = context.Input(input);
            Span<T> arranged = context.Scratch<T>(Count(order));
            StridedCopy.Gather<T>(context.Workers, value.Span<T>(), 0, Sizes(order), Steps(labels, value.Dimensions, order), arranged);
            return arranged;
        }

        // One input is multiplied by ones: its sum.
        private Span<T> Right(int[] labels, int[] order)
        {
            if (context.InputCount > 1)
            {
                return Arrange(1, labels, order);
            }

            Span<T> ones = context.Scratch<T>(Count(order));
            ones.Fill(One());
            return ones;
        }

        private Span<T> Multiply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, int batches, GemmShape shape)
        {
            int aSize = shape.M * shape.K, bSize = shape.K * shape.N, cSize = shape.M * shape.N;
            Span<T> c = context.Scratch<T>(batches * cSize);
            c.Clear();
            for (int i = 0; i < batches && shape.K > 0 && cSize > 0; i++)
            {
                Gemm.Multiply(shape, a.Slice(i * aSize, aSize), b.Slice(i * bSize, bSize), c.Slice(i * cSize, cSize), default, context.Workers, context.Workspace);
            }

            return c;
        }

        private static T One() => default(T) switch
        {
            float => (T)(object)1f,
            double => (T)(object)1.0,
            Half => (T)(object)Half.One,
            BFloat16 => (T)(object)(BFloat16)1f,
            Complex64 => (T)(object)new Complex64(1, 0),
            Complex => (T)(object)Complex.One,
            int => (T)(object)1,
            _ => (T)(object)1L,
        };
    }
}
