using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Sparse;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>How many changes make one sequence of another (Levenshtein).</summary>
internal static class EditDistanceKernels
{
    public static void Register(KernelTable table) => table.Elements<EditDistance>("EditDistance");

    private readonly struct EditDistance : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            bool normalizes = node.Bool("normalize");
            return context =>
            {
                SparseIndices hypothesis = SparseIndices.Of(context, 0, 1, 2), truth = SparseIndices.Of(context, 3, 4, 5);
                if (hypothesis.Rank != truth.Rank || truth.Rank < 2)
                {
                    throw Failure.Invalid($"Expected truth and hypothesis to have matching ranks of at least 2, but their shapes are: [{string.Join(',', truth.Shape)}] and [{string.Join(',', hypothesis.Shape)}]");
                }

                long[] shape = new long[truth.Rank - 1], steps = new long[truth.Rank - 1];
                for (int axis = 0; axis < shape.Length; axis++)
                {
                    shape[axis] = System.Math.Max(hypothesis.Shape[axis], truth.Shape[axis]);
                }

                Value result = context.Allocate(0, shape);
                StridedCopy.RowMajor(shape, steps);
                Dictionary<int, List<T>> first = Sequences<T>(hypothesis, context.Input(1), steps, result), second = Sequences<T>(truth, context.Input(4), steps, result);
                for (int i = 0; i < result.Count; i++)
                {
                    List<T> x = first.GetValueOrDefault(i) ?? [], y = second.GetValueOrDefault(i) ?? [];
                    float distance = Distance(x, y, UniqueKernels.Comparer<T>());
                    result.Span<float>()[i] = !normalizes ? distance : y.Count > 0 ? distance / y.Count : x.Count > 0 ? float.PositiveInfinity : 0;
                }
            };
        }

        private static Dictionary<int, List<T>> Sequences<T>(SparseIndices indices, Value values, long[] steps, Value result)
        {
            Dictionary<int, List<T>> sequences = [];
            for (int i = 0; i < indices.Count; i++)
            {
                long place = 0;
                for (int axis = 0; axis < steps.Length; axis++)
                {
                    place += indices[i][axis] * steps[axis];
                }

                if ((ulong)place >= (ulong)result.LongCount)
                {
                    throw new EngineException(StatusCode.Internal, $"Got an inner product {place} which would require writing to outside of the buffer for the output tensor (max elements {result.LongCount})");
                }

                if (!sequences.TryGetValue((int)place, out List<T>? sequence))
                {
                    sequences.Add((int)place, sequence = []);
                }

                sequence.Add(values.Elements<T>()[i]);
            }

            return sequences;
        }

        private static int Distance<T>(List<T> x, List<T> y, IEqualityComparer<T> comparer)
        {
            int[] row = [.. Enumerable.Range(0, y.Count + 1)];
            for (int i = 0; i < x.Count; i++)
            {
                int diagonal = row[0];
                row[0] = i + 1;
                for (int j = 0; j < y.Count; j++)
                {
                    int change = diagonal + (comparer.Equals(x[i], y[j]) ? 0 : 1);
                    diagonal = row[j + 1];
                    row[j + 1] = System.Math.Min(change, System.Math.Min(row[j], row[j + 1]) + 1);
                }
            }

            return row[^1];
        }
    }
}
