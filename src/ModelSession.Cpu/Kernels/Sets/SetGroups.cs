using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Sparse;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sets;

/// <summary>How elements of a type are compared, read and written.</summary>
internal sealed record SetElement<T>(IComparer<T> Order, Func<Value, int, T> Read, Action<Value, int, T> Write);

/// <summary>The sets in the last dimension of a tensor, by the number of their place in the other dimensions.</summary>
internal sealed record SetGroups<T>(long[] Shape, Dictionary<long, List<T>> Groups)
{
    public static SetGroups<T> OfDense(Value value, SetElement<T> element)
    {
        if (value.Rank < 2)
        {
            throw Failure.Invalid($"Invalid input rank {value.Rank}: sets are in the last of at least 2 dimensions.");
        }

        Dictionary<long, List<T>> groups = [];
        int width = (int)value.Dimensions[^1];
        for (int i = 0; i < value.Count; i++)
        {
            Of(groups, i / width).Add(element.Read(value, i));
        }

        return new SetGroups<T>(value.Dimensions[..^1].ToArray(), groups);
    }

    public static SetGroups<T> OfSparse(SparseIndices indices, Value values, SetElement<T> element, bool validates)
    {
        if (indices.Rank < 2)
        {
            throw Failure.Invalid($"Invalid input rank {indices.Rank}: sets are in the last of at least 2 dimensions.");
        }

        if (indices.Outside() is >= 0 and var bad)
        {
            throw Failure.Invalid($"indices[{bad}] = [{string.Join(',', indices[bad].ToArray())}] is out of bounds: need 0 <= index < [{string.Join(',', indices.Shape)}]");
        }

        long[] shape = indices.Shape[..^1];
        Dictionary<long, List<T>> groups = [];
        for (int i = 0; i < indices.Count; i++)
        {
            Interruption.Check();
            if (validates && i > 0 && indices[i - 1].SequenceCompareTo(indices[i]) is var sign and >= 0)
            {
                throw Failure.Invalid($"indices[{i}] = [{string.Join(',', indices[i].ToArray())}] is {(sign == 0 ? "repeated" : "out of order")}");
            }

            long group = 0;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                group = (group * shape[axis]) + indices[i][axis];
            }

            Of(groups, group).Add(element.Read(values, i));
        }

        return new SetGroups<T>(shape, groups);
    }

    private static List<T> Of(Dictionary<long, List<T>> groups, long group)
    {
        if (!groups.TryGetValue(group, out List<T>? list))
        {
            groups.Add(group, list = []);
        }

        return list;
    }
}
