using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Sparse tensors written out.</summary>
internal static class ToDenseKernels
{
    public static void Register(KernelTable table) => table.Elements<ToDense>("SparseToDense");

    private readonly struct ToDense : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            bool validates = node.Bool("validate_indices");
            return context =>
            {
                Value indices = context.Input(0), sizes = context.Input(1), values = context.Input(2), missing = context.Input(3);
                Span<long> shape = stackalloc long[sizes.ShapeLength];
                FillKernels.ReadShape(sizes, shape);
                int depth = indices.Rank == 2 ? (int)indices.Dimensions[1] : 1, count = indices.Rank == 0 ? 1 : (int)indices.Dimensions[0];
                if (indices.Rank > 2 || depth != shape.Length || missing.LongCount != 1 || values.Rank > 1 || (values.Rank == 1 && values.LongCount != count))
                {
                    throw Failure.Invalid($"sparse_indices {indices.Shape}, output_shape of {shape.Length} sizes, sparse_values {values.Shape} and default_value {missing.Shape} do not fit together");
                }

                Value result = context.Allocate(0, shape);
                Span<T> elements = result.Elements<T>();
                elements.Fill(missing.Elements<T>()[0]);
                int last = -1;
                for (int row = 0; row < count; row++)
                {
                    Interruption.Check();
                    int place = GatherKernels.Place(indices, row, depth, result.Shape);
                    if (validates && place <= last)
                    {
                        throw Failure.Invalid($"indices[{row}] is {(place == last ? "repeated" : "out of order")}");
                    }

                    last = place;
                    elements[place] = values.Elements<T>()[values.Rank == 0 ? 0 : row];
                }
            };
        }
    }
}
