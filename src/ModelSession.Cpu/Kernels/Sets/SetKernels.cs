using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Kernels.Sparse;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sets;

/// <summary>Sets in the last dimension of tensors, dense or sparse. Results are sorted.</summary>
internal static class SetKernels
{
    private static readonly TypeSet s_types = TypeSet.Of(
        DType.Int8, DType.Int16, DType.Int32, DType.Int64, DType.UInt8, DType.UInt16, DType.String);

    public static void Register(KernelTable table)
    {
        table.Add("DenseToDenseSetOperation", "T", s_types, (node, _) => Operation(node, dense1: true, dense2: true));
        table.Add("DenseToSparseSetOperation", "T", s_types, (node, _) => Operation(node, dense1: true, dense2: false));
        table.Add("SetSize", "T", s_types, (node, _) => node.DType("T") == DType.String ? Size(Text) : Size(Number));
        table.Add("SparseToSparseSetOperation", "T", s_types, (node, _) => Operation(node, dense1: false, dense2: false));
    }

    private static readonly SetElement<long> Number = new(
        Comparer<long>.Default, (value, i) => value.Integer(i), (value, i, element) => Write(value, i, element));

    private static readonly SetElement<byte[]> Text = new(
        Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)),
        (value, i) => (byte[]?)value.Objects[i] ?? [],
        (value, i, element) => value.Objects[i] = element);

    private static void Write(Value value, int index, long element)
    {
        switch (value.DType)
        {
            case DType.Int8: value.Span<sbyte>()[index] = (sbyte)element; break;
            case DType.UInt8: value.Span<byte>()[index] = (byte)element; break;
            case DType.Int16: value.Span<short>()[index] = (short)element; break;
            case DType.UInt16: value.Span<ushort>()[index] = (ushort)element; break;
            default: ShapeKernels.WriteInteger(value, index, element); break;
        }
    }

    private static Kernel Operation(GraphOperation node, bool dense1, bool dense2)
    {
        string operation = node.String("set_operation").ToLowerInvariant();
        if (operation is not ("a-b" or "b-a" or "intersection" or "union"))
        {
            throw Failure.Invalid($"Invalid set_operation {operation}: expected a-b, b-a, intersection or union.");
        }

        bool validates = node.Bool("validate_indices");
        int second = dense1 ? 1 : 3;
        return node.DType("T") == DType.String
            ? context => Combine(context, Text, operation, Operand(context, Text, 0, dense1, validates), Operand(context, Text, second, dense2, validates))
            : context => Combine(context, Number, operation, Operand(context, Number, 0, dense1, validates), Operand(context, Number, second, dense2, validates));
    }

    private static SetGroups<T> Operand<T>(KernelContext context, SetElement<T> element, int input, bool dense, bool validates) => dense
        ? SetGroups<T>.OfDense(context.Input(input), element)
        : SetGroups<T>.OfSparse(SparseIndices.Of(context, input, input + 1, input + 2), context.Input(input + 1), element, validates);

    private static void Combine<T>(KernelContext context, SetElement<T> element, string operation, SetGroups<T> a, SetGroups<T> b)
    {
        if (!a.Shape.AsSpan().SequenceEqual(b.Shape))
        {
            throw Failure.Invalid($"Mismatched group shapes [{string.Join(',', a.Shape)}] vs [{string.Join(',', b.Shape)}].");
        }

        List<(long Group, T[] Set)> results = [];
        SortedSet<long> groups = [.. a.Groups.Keys, .. b.Groups.Keys];
        foreach (long group in groups)
        {
            Interruption.Check();
            SortedSet<T> x = new(a.Groups.GetValueOrDefault(group) ?? [], element.Order), y = new(b.Groups.GetValueOrDefault(group) ?? [], element.Order);
            (operation == "b-a" ? (Action<SortedSet<T>, SortedSet<T>>)((p, q) => q.ExceptWith(p))
                : operation == "a-b" ? (p, q) => p.ExceptWith(q)
                : operation == "union" ? (p, q) => p.UnionWith(q)
                : (p, q) => p.IntersectWith(q))(x, y);
            results.Add((group, [.. operation == "b-a" ? y : x]));
        }

        Put(context, element, a.Shape, results);
    }

    private static void Put<T>(KernelContext context, SetElement<T> element, long[] shape, List<(long Group, T[] Set)> results)
    {
        int count = results.Sum(result => result.Set.Length), rank = shape.Length + 1, at = 0;
        Span<long> indices = context.Allocate(0, [count, rank]).Span<long>();
        Value values = context.Allocate(1, [count]);
        foreach ((long group, T[] set) in results)
        {
            Interruption.Check();
            for (int i = 0; i < set.Length; i++, at++)
            {
                long rest = group;
                for (int axis = shape.Length - 1; axis >= 0; axis--)
                {
                    (rest, indices[(at * rank) + axis]) = System.Math.DivRem(rest, shape[axis]);
                }

                indices[(at * rank) + rank - 1] = i;
                element.Write(values, at, set[i]);
            }
        }

        SparseIndices.WriteShape(context, 2, [.. shape, results.Count == 0 ? 0 : results.Max(result => result.Set.Length)]);
    }

    private static Kernel Size<T>(SetElement<T> element) => context =>
    {
        SparseIndices source = SparseIndices.Of(context, 0, 1, 2);
        SetGroups<T> sets = SetGroups<T>.OfSparse(source, context.Input(1), element, context.Node.Bool("validate_indices"));
        Value result = context.Allocate(0, sets.Shape);
        FillKernels.Clear(result);
        foreach ((long group, List<T> set) in sets.Groups)
        {
            result.Span<int>()[(int)group] = new SortedSet<T>(set, element.Order).Count;
        }
    };
}
