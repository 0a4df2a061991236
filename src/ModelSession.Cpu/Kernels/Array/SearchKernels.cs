using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Where values would stand in sorted rows.</summary>
internal static class SearchKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<Bound>("LowerBound", TypeSet.Numbers);
        table.Numbers<Bound>("UpperBound", TypeSet.Numbers);
    }

    private readonly struct Bound : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool upper = node.Type == "UpperBound";
            return context =>
            {
                Value rows = context.Input(0), values = context.Input(1);
                if (rows.Rank != 2 || values.Rank != 2 || rows.Dimensions[0] != values.Dimensions[0])
                {
                    throw Failure.Invalid($"Leading dim_size of both matrices must match: {rows.Shape} and {values.Shape}");
                }

                Value result = context.Allocate(0, values.Dimensions);
                int length = (int)rows.Dimensions[1], width = (int)values.Dimensions[1];
                for (int i = 0; i < values.Count; i++)
                {
                    Interruption.Check();
                    ReadOnlySpan<T> row = rows.Span<T>().Slice(i / width * length, length);
                    ShapeKernels.WriteInteger(result, i, Find(row, values.Span<T>()[i], upper));
                }
            };
        }

        private static int Find<T>(ReadOnlySpan<T> row, T value, bool upper)
            where T : INumber<T>
        {
            int low = 0, high = row.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (upper ? !(value < row[middle]) : row[middle] < value)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }
    }
}
