using System.Collections.Concurrent;
using System.IO.Compression;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>TensorFlow's own op registry (2.16, 1,884 ops), embedded: inputs, outputs, attributes and defaults of every op.</summary>
/// <remarks>The list is indexed by name at first use; a definition is parsed when it is first asked for.</remarks>
public static class OpCatalog
{
    private static readonly Lazy<Dictionary<string, ReadOnlyMemory<byte>>> s_index = new(ReadIndex);
    private static readonly ConcurrentDictionary<string, OpSchema> s_schemas = new(StringComparer.Ordinal);

    /// <summary>All op kinds, sorted.</summary>
    public static IReadOnlyList<string> Names => [.. s_index.Value.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The definition of an op kind; null if TensorFlow has none of that name.</summary>
    public static OpSchema? Find(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (s_schemas.TryGetValue(type, out OpSchema? schema))
        {
            return schema;
        }

        return s_index.Value.TryGetValue(type, out ReadOnlyMemory<byte> bytes)
            ? s_schemas.GetOrAdd(type, new OpSchema(OpDef.Parser.ParseFrom(bytes.Span)))
            : null;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadIndex()
    {
        byte[] bytes = ReadResource();
        Dictionary<string, ReadOnlyMemory<byte>> index = new(2048, StringComparer.Ordinal);
        CodedInputStream list = new(bytes);
        while (list.ReadTag() != 0)
        {
            int length = list.ReadLength();
            int start = (int)list.Position;
            list.ReadTag();
            string name = list.ReadString();
            index.Add(name, bytes.AsMemory(start, length));
            while (list.Position < start + length)
            {
                list.ReadTag();
                list.SkipLastField();
            }
        }

        return index;
    }

    private static byte[] ReadResource()
    {
        using Stream resource = typeof(OpCatalog).Assembly.GetManifestResourceStream("op_list.pb.br")!;
        using BrotliStream brotli = new(resource, CompressionMode.Decompress);
        using MemoryStream memory = new(400_000);
        brotli.CopyTo(memory);
        return memory.ToArray();
    }
}
