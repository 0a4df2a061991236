using System.Buffers;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Tensors as TensorProto with all elements in its raw content: what TensorFlow's ops serialise. Strings stand there as all their
/// lengths, then all their bytes.</summary>
internal static class TensorContent
{
    private const int LongestVarint = 5;

    /// <summary>Writes a TensorProto.</summary>
    /// <exception cref="GraphException">The tensor is too large for a protocol buffer, or of resources or variants.</exception>
    public static TensorProto ToProto(Tensor tensor)
    {
        if (tensor.DType is DType.Resource or DType.Variant || tensor.ByteLength > int.MaxValue)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A tensor {tensor.Describe()} cannot be serialised.");
        }

        return new TensorProto
        {
            Dtype = tensor.DType.ToProto(),
            TensorShape = tensor.Shape.ToProto(),
            TensorContent = tensor.DType == DType.String ? WriteStrings(tensor) : ByteString.CopyFrom(tensor.Bytes()),
        };
    }

    /// <summary>Reads strings from content; null if it does not hold so many, and nothing else.</summary>
    public static byte[][]? ReadStrings(ReadOnlySpan<byte> content, long count)
    {
        // Each string takes a byte at least.
        if (count > content.Length)
        {
            return null;
        }

        int[] lengths = new int[(int)count];
        foreach (ref int length in lengths.AsSpan())
        {
            if (!TryReadLength(ref content, out length))
            {
                return null;
            }
        }

        byte[][] strings = new byte[lengths.Length][];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] > content.Length)
            {
                return null;
            }

            strings[i] = content[..lengths[i]].ToArray();
            content = content[lengths[i]..];
        }

        return content.IsEmpty ? strings : null;
    }

    private static ByteString WriteStrings(Tensor tensor)
    {
        ArrayBufferWriter<byte> content = new();
        for (int i = 0; i < tensor.Objects.Length; i++)
        {
            WriteLength(content, (uint)tensor.StringBytes(i).Length);
        }

        for (int i = 0; i < tensor.Objects.Length; i++)
        {
            content.Write(tensor.StringBytes(i));
        }

        return ByteString.CopyFrom(content.WrittenSpan);
    }

    private static void WriteLength(ArrayBufferWriter<byte> content, uint length)
    {
        for (; length > 0x7F; length >>= 7)
        {
            content.Write([(byte)(length | 0x80)]);
        }

        content.Write([(byte)length]);
    }

    private static bool TryReadLength(ref ReadOnlySpan<byte> content, out int length)
    {
        ulong value = 0;
        for (int i = 0; i < LongestVarint && i < content.Length; i++)
        {
            value |= (ulong)(content[i] & 0x7F) << (7 * i);
            if (content[i] < 0x80)
            {
                content = content[(i + 1)..];
                length = (int)Math.Min(value, int.MaxValue);
                return true;
            }
        }

        length = 0;
        return false;
    }
}
