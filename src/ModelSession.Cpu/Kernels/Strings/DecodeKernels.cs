using System.Buffers.Text;
using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Strings that hold something else: base 64, raw numbers, compressed bytes, messages.</summary>
internal static class DecodeKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("DecodeBase64", context => Text.Map(context, FromBase64));
        table.Add("DecodeCompressed", Decompress);
        table.Add("DecodeJSONExample", context => Text.Map(context, FromJson));
        table.Add("DecodePaddedRaw", (node, _) => context => Raw(context, node, context.Input(1).IntegerScalar("fixed_length")));
        table.Add("DecodeRaw", (node, _) => context => Raw(context, node, null));
        table.Add("EncodeBase64", (node, _) => context => Text.Map(context, text => ToBase64(text, node.Bool("pad"))));
        table.Add("ParseTensor", ParseTensor);
        table.Add("SerializeTensor", context => context.Allocate(0, []).Objects[0] = Serialize(context.Input(0).ToTensor()));
    }

    private static byte[] Serialize(Tensor tensor) => (tensor.DType == DType.String ? TensorCodec.ToProto(tensor) : TensorContent.ToProto(tensor)).ToByteArray();

    private static byte[] ToBase64(byte[] text, bool pad)
    {
        string coded = Base64Url.EncodeToString(text);
        return System.Text.Encoding.ASCII.GetBytes(pad ? coded.PadRight((coded.Length + 3) / 4 * 4, '=') : coded);
    }

    private static byte[] FromBase64(byte[] text)
    {
        try
        {
            return Base64Url.DecodeFromUtf8(text);
        }
        catch (FormatException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"'{Text.Show(text)}' is no web-safe base 64.", innerException: e);
        }
    }

    private static byte[] FromJson(byte[] text)
    {
        try
        {
            // Of a name that stands twice, the parser of messages takes the last.
            using JsonDocument checkedText = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return UnpackedExample.Write(JsonParser.Default.Parse<Example>(System.Text.Encoding.UTF8.GetString(text)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Error while parsing JSON: {e.Message}", innerException: e);
        }
    }

    private static Kernel Decompress(GraphOperation node, CpuSession session)
    {
        Func<Stream, Stream>? open = node.String("compression_type") switch
        {
            "" => null,
            "ZLIB" => source => new ZLibStream(source, CompressionMode.Decompress),
            "GZIP" => source => new GZipStream(source, CompressionMode.Decompress),
            string other => throw new EngineException(StatusCode.InvalidArgument, $"Only ZLIB, GZIP or NONE are supported compressions, not '{other}'", node.Name),
        };
        return context => Text.Map(context, text => open is null ? text : Inflate(text, open));
    }

    private static byte[] Inflate(byte[] text, Func<Stream, Stream> open)
    {
        try
        {
            using Stream source = open(new MemoryStream(text));
            using MemoryStream plain = new();
            source.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new EngineException(StatusCode.DataLoss, $"The compressed bytes are damaged: {e.Message}", innerException: e);
        }
    }

    private static Kernel ParseTensor(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("out_type");
        return context =>
        {
            byte[] bytes = Text.Scalar(context.Input(0), "serialized");
            Tensor tensor;
            try
            {
                tensor = TensorCodec.Parse(TensorProto.Parser.ParseFrom(bytes));
            }
            catch (InvalidProtocolBufferException e)
            {
                throw new EngineException(StatusCode.InvalidArgument, "Could not parse `serialized` as TensorProto.", innerException: e);
            }

            if (tensor.DType != dtype)
            {
                throw Failure.Invalid($"Type mismatch between parsed tensor ({tensor.DType.Name()}) and dtype ({dtype.Name()})");
            }

            context.Allocate(0, tensor.Shape.Dimensions).Write(tensor);
        };
    }

    // All strings have one length, or are cut and filled to it.
    private static void Raw(KernelContext context, GraphOperation node, long? length)
    {
        Value x = context.Input(0);
        DType dtype = node.DType("out_type");
        int size = dtype.Size(), part = dtype.IsComplex() ? size / 2 : size;
        int bytes = (int)(length ?? (x.Count == 0 ? 0 : Text.At(x, 0).Length));
        if (bytes % size != 0 || (length is not null && length <= 0))
        {
            throw Failure.Invalid($"Input strings or fixed_length have length {bytes}, which must be a multiple of {size}, the size of {dtype.Name()}");
        }

        Value result = context.Allocate(0, [.. x.Dimensions, bytes / size]);
        Span<byte> all = result.Parts<byte>();
        all.Clear();
        for (int i = 0; i < x.Count; i++)
        {
            Interruption.Check();
            byte[] text = Text.At(x, i);
            if (length is null && text.Length != bytes)
            {
                throw Failure.Invalid($"DecodeRaw requires input strings to all be the same size, but element {i} has size {bytes} != {text.Length}");
            }

            text.AsSpan(0, System.Math.Min(text.Length, bytes)).CopyTo(all[(i * bytes)..]);
        }

        for (int at = 0; part > 1 && node.Bool("little_endian") != BitConverter.IsLittleEndian && at < all.Length; at += part)
        {
            all.Slice(at, part).Reverse();
        }
    }
}
