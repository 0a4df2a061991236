using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Numbers of dimensions in another layout of the data, and flat numbers taken apart.</summary>
internal static class FormatKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("DataFormatDimMap", "T", TypeSet.Indices, DimensionMap);
        table.Add("DataFormatVecPermute", "T", TypeSet.Indices, Permute);
        table.Add("UnravelIndex", Unravel);
    }

    private static (string From, string To) Formats(GraphOperation node)
    {
        (string from, string to) = (node.String("src_format"), node.String("dst_format"));
        return from.Length is 4 or 5 && from.Length == to.Length && from.Order().SequenceEqual(to.Order())
            ? (from, to)
            : throw new EngineException(StatusCode.InvalidArgument, $"Destination and source format must be of length 4 or 5 and determine a permutation, got {from} and {to}", node.Name);
    }

    // A number that is no dimension is 0.
    private static Kernel DimensionMap(GraphOperation node, CpuSession session)
    {
        (string from, string to) = Formats(node);
        int[] map = [.. from.Select(letter => to.IndexOf(letter, StringComparison.Ordinal))];
        return context =>
        {
            Value x = context.Input(0), y = context.Allocate(0, x.Dimensions);
            for (int i = 0; i < x.Count; i++)
            {
                long axis = x.Integer(i);
                axis = axis < 0 ? axis + map.Length : axis;
                ShapeKernels.WriteInteger(y, i, axis >= 0 && axis < map.Length ? map[axis] : 0);
            }
        };
    }

    // A vector of all dimensions, or of the spatial ones; or rows of pairs.
    private static Kernel Permute(GraphOperation node, CpuSession session)
    {
        (string from, string to) = Formats(node);
        return context =>
        {
            Value x = context.Input(0);
            int rows = x.Rank is 1 or 2 ? (int)x.Dimensions[0] : throw Failure.Invalid($"input must be a vector or 2D tensor, but got shape {x.Shape}");
            bool spatial = rows == from.Length - 2;
            if ((!spatial && rows != from.Length) || (x.Rank == 2 && x.Dimensions[1] != 2))
            {
                throw Failure.Invalid($"input must have {from.Length - 2} or {from.Length} rows, and a 2D one 2 columns, but got shape {x.Shape}");
            }

            string source = spatial ? Spatial(from) : from, target = spatial ? Spatial(to) : to;
            int width = x.Rank == 2 ? 2 : 1;
            long[] values = new long[x.Count];
            x.CopyIntegers(values);
            Value y = context.Allocate(0, x.Dimensions);
            for (int i = 0; i < values.Length; i++)
            {
                ShapeKernels.WriteInteger(y, i, values[(source.IndexOf(target[i / width], StringComparison.Ordinal) * width) + (i % width)]);
            }
        };
    }

    private static string Spatial(string format) => string.Concat(format.Where(letter => letter is not ('N' or 'C')));

    private static void Unravel(KernelContext context)
    {
        Value indices = context.Input(0), sizes = context.Input(1);
        if (indices.Rank > 1 || sizes.Rank != 1)
        {
            throw Failure.Invalid($"The indices can only be scalar or vector, and the dims a vector, got {indices.Shape} and {sizes.Shape}");
        }

        long[] dims = new long[sizes.Count];
        sizes.CopyIntegers(dims);
        Int128 product = 1, limit = sizes.DType == DType.Int32 ? int.MaxValue : long.MaxValue;
        for (int i = 0; i < dims.Length; i++)
        {
            product *= dims[i];
            if (dims[i] == 0 || product > limit)
            {
                throw Failure.Invalid(dims[i] == 0 ? $"Input dims cannot contain a dim of zero, but dims contains zero at index {i}" : $"Input dims product is causing integer overflow: ({string.Join(' ', dims)})");
            }
        }

        int count = indices.Count;
        Value result = context.Allocate(0, indices.Rank == 0 ? [dims.Length] : [dims.Length, count]);
        for (int i = 0; i < count; i++)
        {
            long rest = indices.Integer(i);
            if (rest >= product)
            {
                throw Failure.Invalid($"index {rest} is out of bound as with dims ({string.Join(' ', dims)})");
            }

            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                // The quotient of the first dimension is not limited.
                (long quotient, long remainder) = System.Math.DivRem(rest, dims[axis]);
                ShapeKernels.WriteInteger(result, (axis * count) + i, axis == 0 ? rest : remainder);
                rest = quotient;
            }
        }
    }
}
