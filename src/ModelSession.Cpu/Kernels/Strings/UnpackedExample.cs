using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>An Example's bytes with numbers written one by one, as TensorFlow writes what it has read from JSON. Every reader takes both forms.</summary>
internal static class UnpackedExample
{
    // The platform's own has a sign.
    private static readonly float s_nan = BitConverter.Int32BitsToSingle(0x7fc00000);

    public static byte[] Write(Example example) => example.Features is null ? [] : Bytes(output => Field(output, 1, Features(example.Features)));

    private static byte[] Features(Features features) => Bytes(output =>
    {
        foreach ((string name, Feature feature) in features.Feature)
        {
            Field(output, 1, Bytes(entry =>
            {
                Field(entry, 1, ByteString.CopyFromUtf8(name).ToByteArray());
                Field(entry, 2, Value(feature));
            }));
        }
    });

    private static byte[] Value(Feature feature) => Bytes(output =>
    {
        switch (feature.KindCase)
        {
            case Feature.KindOneofCase.BytesList:
                Field(output, 1, feature.BytesList.ToByteArray());
                break;
            case Feature.KindOneofCase.FloatList:
                Field(output, 2, Each(feature.FloatList.Value, WireFormat.WireType.Fixed32, (list, value) => list.WriteFloat(float.IsNaN(value) ? s_nan : value)));
                break;
            case Feature.KindOneofCase.Int64List:
                Field(output, 3, Each(feature.Int64List.Value, WireFormat.WireType.Varint, (list, value) => list.WriteInt64(value)));
                break;
        }
    });

    private static byte[] Each<T>(IEnumerable<T> values, WireFormat.WireType type, Action<CodedOutputStream, T> write) => Bytes(output =>
    {
        foreach (T value in values)
        {
            output.WriteTag(1, type);
            write(output, value);
        }
    });

    private static void Field(CodedOutputStream output, int number, byte[] content)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
    }

    private static byte[] Bytes(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
