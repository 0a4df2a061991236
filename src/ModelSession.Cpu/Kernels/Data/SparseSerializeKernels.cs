using Google.Protobuf;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Sparse tensors as three serialised tensors (indices, values, shape), and back. Variants hold the tensors themselves.</summary>
internal static class SparseSerializeKernels
{
    private const int Parts = 3;

    public static void Register(KernelTable table)
    {
        table.Add("DeserializeManySparse", (node, _) => Deserialize(node, asMany: true));
        table.Add("DeserializeSparse", (node, _) => Deserialize(node, asMany: false));
        table.Add("SerializeManySparse", SerializeMany);
        table.Add("SerializeSparse", Serialize);
    }

    private static void Serialize(KernelContext context)
    {
        CheckRanks(context);
        Span<object?> parts = context.Allocate(0, [Parts]).Objects;
        for (int i = 0; i < Parts; i++)
        {
            parts[i] = Pack(context, context.Input(i).ToTensor());
        }
    }

    private static void SerializeMany(KernelContext context)
    {
        List<SparseParts> rows = Rows(context);
        Span<object?> parts = context.Allocate(0, [rows.Count, Parts]).Objects;
        for (int row = 0; row < rows.Count; row++)
        {
            parts[row * Parts] = Pack(context, rows[row].Indices);
            parts[row * Parts + 1] = Pack(context, rows[row].Values);
            parts[row * Parts + 2] = Pack(context, rows[row].Shape);
        }
    }

    /// <summary>The sparse tensor of the first three inputs.</summary>
    /// <exception cref="EngineException">They are none.</exception>
    internal static SparseParts Whole(KernelContext context)
    {
        CheckRanks(context);
        return new SparseParts(context.Input(0).ToTensor(), context.Input(1).ToTensor(), context.Input(2).ToTensor());
    }

    /// <summary>The rows of the sparse tensor of the first three inputs.</summary>
    /// <exception cref="EngineException">They are none, or out of order.</exception>
    internal static List<SparseParts> Rows(KernelContext context)
    {
        (Tensor indices, Tensor values, Tensor shape) = Whole(context);
        ReadOnlySpan<long> sizes = shape.Span<long>();
        if (sizes.Length < 2)
        {
            throw Failure.Invalid($"Rank of input SparseTensor should be > 1, but saw rank: {sizes.Length}");
        }

        if (indices.Shape[0] != values.Shape[0] || indices.Shape[1] != sizes.Length)
        {
            throw Failure.Invalid($"Indices {indices.Shape}, values {values.Shape} and shape {shape.Shape} do not belong to each other.");
        }

        if (sizes[0] < 0 || sizes[0] > int.MaxValue / Parts)
        {
            throw Failure.Invalid($"A sparse tensor of {sizes[0]:n0} rows cannot be taken apart.");
        }

        CheckOrder(indices.Span<long>(), sizes);
        Tensor rowShape = Tensor.From(sizes[1..], [sizes.Length - 1]);
        List<SparseParts> rows = [];
        for (int at = 0; rows.Count < sizes[0];)
        {
            Interruption.Check();
            int start = at;
            while (at < values.Shape[0] && indices.Span<long>()[at * sizes.Length] == rows.Count)
            {
                at++;
            }

            rows.Add(new SparseParts(RowIndices(indices.Span<long>(), start, at, sizes.Length), Elements.Rows(values, start, at - start), rowShape));
        }

        return rows;
    }

    private static Tensor RowIndices(ReadOnlySpan<long> indices, int start, int end, int rank)
    {
        Tensor row = Tensor.Uninitialized(DType.Int64, [end - start, rank - 1]);
        for (int i = start; i < end; i++)
        {
            indices.Slice(i * rank + 1, rank - 1).CopyTo(row.Span<long>()[((i - start) * (rank - 1))..]);
        }

        return row;
    }

    // Inside of the shape, and one after the other.
    private static void CheckOrder(ReadOnlySpan<long> indices, ReadOnlySpan<long> sizes)
    {
        int rank = sizes.Length;
        for (int at = 0; at < indices.Length; at += rank)
        {
            ReadOnlySpan<long> index = indices.Slice(at, rank);
            for (int axis = 0; axis < rank; axis++)
            {
                if (index[axis] < 0 || index[axis] >= sizes[axis])
                {
                    throw Failure.Invalid($"indices[{at / rank}] = [{string.Join(",", index.ToArray())}] is out of bounds: need 0 <= index < [{string.Join(",", sizes.ToArray())}]");
                }
            }

            if (at > 0 && indices.Slice(at - rank, rank).SequenceCompareTo(index) >= 0)
            {
                throw Failure.Invalid($"indices[{at / rank}] = [{string.Join(",", index.ToArray())}] is out of order or repeated. Many sparse ops require sorted indices.");
            }
        }
    }

    private static void CheckRanks(KernelContext context)
    {
        if (context.Input(0).Rank != 2 || context.Input(1).Rank != 1 || context.Input(2).Rank != 1)
        {
            throw Failure.Invalid(
                $"Input indices, values and shape should be a matrix and two vectors but received shapes {context.Input(0).Shape}, {context.Input(1).Shape}, {context.Input(2).Shape}");
        }
    }

    private static object Pack(KernelContext context, Tensor tensor) =>
        context.Output(0).DType == DType.Variant ? tensor : TensorContent.ToProto(tensor).ToByteArray();

    private static Kernel Deserialize(GraphOperation node, bool asMany)
    {
        DType dtype = node.DType("dtype");
        return context =>
        {
            Value packed = context.Input(0);
            if (packed.Rank == 0 || packed.LongCount == 0 || packed.Dimensions[^1] != Parts || (asMany && packed.Rank != 2))
            {
                throw Failure.Invalid($"Serialized sparse should be {(asMany ? "a matrix" : "of rank > 0")} with 3 as the last dimension and have elements, but its shape is {packed.Shape}");
            }

            SparseParts[] all = [.. Enumerable.Range(0, packed.Count / Parts).Select(i => Unpack(packed, i, dtype))];
            Join(context, all, packed.Dimensions[..^1]);
        };
    }

    /// <summary>Gives sparse tensors as one. The leading dimensions of what held them come before theirs.</summary>
    /// <exception cref="EngineException">They have different ranks.</exception>
    internal static void Join(KernelContext context, SparseParts[] all, ReadOnlySpan<long> leading)
    {
        int rank = (int)all[0].Shape.ElementCount;
        if (System.Array.FindIndex(all, part => part.Shape.ElementCount != rank) is >= 0 and int other)
        {
            throw Failure.Invalid(
                $"Inconsistent rank across SparseTensors: rank prior to SparseTensor[{other}] was: {rank} but rank of SparseTensor[{other}] is: {all[other].Shape.ElementCount}");
        }

        int count = checked(all.Sum(part => (int)part.Values.ElementCount)), width = leading.Length + rank, row = 0;
        Value indices = context.Allocate(0, [count, width]), shape = context.Allocate(2, [width]);
        Tensor values = Tensor.Zeros(all[0].Values.DType, [count]);
        Span<long> sizes = shape.Span<long>();
        leading.CopyTo(sizes);
        sizes[leading.Length..].Clear();
        for (int i = 0; i < all.Length; i++)
        {
            ReadOnlySpan<long> from = all[i].Indices.Span<long>();
            Elements.Copy(all[i].Values, 0, values, row, all[i].Values.ElementCount);
            for (int k = 0; k < all[i].Values.ElementCount; k++, row++)
            {
                Span<long> target = indices.Span<long>().Slice(row * width, width);
                Unravel(i, leading, target);
                from.Slice(k * rank, rank).CopyTo(target[leading.Length..]);
            }

            for (int axis = 0; axis < rank; axis++)
            {
                sizes[leading.Length + axis] = System.Math.Max(sizes[leading.Length + axis], all[i].Shape.Span<long>()[axis]);
            }
        }

        context.Output(1).Borrow(values);
    }

    private static void Unravel(long number, ReadOnlySpan<long> sizes, Span<long> index)
    {
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            (number, index[axis]) = System.Math.DivRem(number, sizes[axis]);
        }
    }

    private static SparseParts Unpack(Value packed, int number, DType dtype)
    {
        Tensor[] parts = [.. Enumerable.Range(number * Parts, Parts).Select(i => Unpack(packed.Objects[i]))];
        (Tensor indices, Tensor values, Tensor shape) = (parts[0], parts[1], parts[2]);
        bool isSparse = indices is { DType: DType.Int64, Shape.Rank: 2 } && values.Shape.Rank == 1 && shape is { DType: DType.Int64, Shape.Rank: 1 }
            && indices.Shape[0] == values.Shape[0] && indices.Shape[1] == shape.Shape[0];
        if (!isSparse)
        {
            throw Failure.Invalid($"SparseTensor[{number}] is none: indices {indices.Describe()}, values {values.Describe()}, shape {shape.Describe()}.");
        }

        return values.DType == dtype
            ? new SparseParts(indices, values, shape)
            : throw Failure.Invalid($"Requested SparseTensor of type {dtype.Name()} but SparseTensor[{number}].values.dtype() == {values.DType.Name()}");
    }

    private static Tensor Unpack(object? packed)
    {
        try
        {
            return packed as Tensor ?? TensorCodec.Parse(TensorProto.Parser.ParseFrom(packed as byte[] ?? []));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or GraphException)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Could not parse serialized proto: {e.Message}", innerException: e);
        }
    }

    /// <summary>A sparse tensor.</summary>
    internal sealed record SparseParts(Tensor Indices, Tensor Values, Tensor Shape);
}
