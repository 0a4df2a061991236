using System.Buffers.Binary;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Numbers made of strings and of bytes.</summary>
internal static class HashKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Fingerprint", Fingerprint);
        table.Add("StringToHashBucket", (node, _) => Buckets(node, text => Hashes.Murmur(text)));
        table.Add("StringToHashBucketFast", (node, _) => Buckets(node, text => Hashes.Farm(text)));
        table.Add("StringToHashBucketStrong", Strong);
    }

    private static Kernel Buckets(GraphOperation node, Func<byte[], ulong> hash)
    {
        ulong count = (ulong)node.Int("num_buckets");
        return context => Text.Measure(context, text => (long)(hash(text) % count));
    }

    private static Kernel Strong(GraphOperation node, CpuSession session)
    {
        IReadOnlyList<long> key = node.Ints("key");
        return key.Count == 2
            ? Buckets(node, text => Hashes.Sip(text, (ulong)key[0], (ulong)key[1]))
            : throw new EngineException(StatusCode.InvalidArgument, "Key must have 2 elements", node.Name);
    }

    // Of each row; of a row of several strings, of their fingerprints.
    private static void Fingerprint(KernelContext context)
    {
        Value data = context.Input(0);
        if (Text.Show(Text.Scalar(context.Input(1), "method")) != "farmhash64" || data.Rank == 0)
        {
            throw Failure.Invalid($"Fingerprints are made of at least one dimension, by the method 'farmhash64'; the data has the shape {data.Shape}.");
        }

        int rows = (int)data.Dimensions[0], width = rows == 0 ? 0 : data.Count / rows;
        Span<byte> result = context.Allocate(0, [rows, 8]).Span<byte>();
        for (int row = 0; row < rows; row++)
        {
            Interruption.Check();
            BinaryPrimitives.WriteUInt64LittleEndian(result[(8 * row)..], data.DType == DType.String ? OfStrings(data, row * width, width) : Hashes.Farm(Bytes(data, row, rows)));
        }
    }

    private static ReadOnlySpan<byte> Bytes(Value data, int row, int rows)
    {
        int size = data.Count / rows * data.DType.Size();
        return data.Parts<byte>().Slice(row * size, size);
    }

    private static ulong OfStrings(Value data, int start, int count)
    {
        if (count == 1)
        {
            return Hashes.Farm(Text.At(data, start));
        }

        byte[] all = new byte[8 * count];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(all.AsSpan(8 * i), Hashes.Farm(Text.At(data, start + i)));
        }

        return Hashes.Farm(all);
    }
}
