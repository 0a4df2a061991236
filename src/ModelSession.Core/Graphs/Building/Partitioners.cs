namespace ModelSessions;

/// <summary>Says into how many parts a variable is cut along each dimension; more than one along one of them at most.</summary>
/// <param name="shape">The variable's shape.</param>
/// <param name="dtype">Its type.</param>
public delegate IReadOnlyList<int> Partitioner(Shape shape, DType dtype);

/// <summary>The usual ways to cut variables into parts.</summary>
public static class Partitioners
{
    /// <summary>A number of parts along an axis; fewer if it is shorter.</summary>
    public static Partitioner FixedSize(int parts, int axis = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        return (shape, _) => Along(shape, axis, parts);
    }

    /// <summary>As few parts along an axis as keep each below a number of bytes.</summary>
    /// <param name="bytes">The most bytes of a part.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="mostParts">The most parts; null for any number.</param>
    public static Partitioner AxisSize(long bytes, int axis = 0, int? mostParts = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return (shape, dtype) =>
        {
            long row = shape.ElementCount / Math.Max(1, shape[axis]) * dtype.Size();
            long rows = Math.Max(1, bytes / Math.Max(1, row));
            long parts = (shape[axis] + rows - 1) / rows;
            return Along(shape, axis, (int)Math.Min(parts, mostParts ?? parts));
        };
    }

    private static int[] Along(Shape shape, int axis, int parts)
    {
        if (axis < 0 || axis >= shape.Rank)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A variable of the shape {shape} cannot be cut along axis {axis}.");
        }

        int[] cuts = new int[shape.Rank];
        Array.Fill(cuts, 1);
        cuts[axis] = (int)Math.Clamp(shape[axis], 1, parts);
        return cuts;
    }
}
