using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>TFRecord files: every record is what TensorFlow reads, damage is found where TensorFlow finds it, and what is written again is the same file.</summary>
internal static class TFRecordCases
{
    private const string FileName = "data.tfrecord";

    public static void CheckSound(FileCase c)
    {
        TFRecordCompression compression = Named(c.Text("compression"));
        byte[][] records = [.. TFRecordReader.ReadAll(c.File(FileName), compression)];
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        JsonElement expected = document.RootElement.GetProperty("records");
        Expect.Equal("records", c.Record.GetProperty("records").GetInt32(), records.Length);
        CheckRecords(expected, records);
        for (int i = 0; i < records.Length; i++)
        {
            if (expected[i].TryGetProperty("example", out JsonElement example))
            {
                JsonMatch.Check($"example {i}", example, ExampleOf(records[i]));
                Expect.Equal($"features of example {i}", example.EnumerateObject().Count(), Example.Parser.ParseFrom(records[i]).Features?.Feature.Count ?? 0);
            }
        }

        Expect.Equal("records, packing found by content", records.Length, TFRecordReader.ReadAll(c.File(FileName)).Count());
        CheckRewritten(c.File(FileName), compression, records);
    }

    public static void CheckDamaged(FileCase c)
    {
        JsonElement expected = c.Record.GetProperty("tensorflow");
        List<byte[]> records = [];
        ModelFileException? error = null;
        try
        {
            foreach (byte[] record in TFRecordReader.ReadAll(c.File(c.Text("file")), CompressionOf(c)))
            {
                records.Add(record);
            }
        }
        catch (ModelFileException found)
        {
            error = found;
        }

        RecordErrors.Check(expected, error);
        if (expected.TryGetProperty("records", out JsonElement rows))
        {
            Expect.Equal("records read", expected.GetProperty("records_read").GetInt32(), records.Count);
            CheckRecords(rows, [.. records]);
        }
    }

    private static void CheckRecords(JsonElement expected, byte[][] records)
    {
        Expect.Equal("records", expected.GetArrayLength(), records.Length);
        for (int i = 0; i < records.Length; i++)
        {
            Expect.Equal($"size of record {i}", expected[i].GetProperty("size").GetInt32(), records[i].Length);
            Expect.Equal($"record {i}", expected[i].GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(records[i])));
        }
    }

    // Packed files depend on the packer; what is in them does not.
    private static void CheckRewritten(string path, TFRecordCompression compression, byte[][] records)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("conformance-");
        try
        {
            string copy = Path.Combine(folder.FullName, FileName);
            using (TFRecordWriter writer = TFRecordWriter.Create(copy, compression))
            {
                foreach (byte[] record in records)
                {
                    writer.Write(record);
                }
            }

            Expect.Equal("the file written again", Convert.ToHexString(Unpacked(path, compression)), Convert.ToHexString(Unpacked(copy, compression)));
            CheckSame(records, [.. TFRecordReader.ReadAll(copy)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void CheckSame(byte[][] expected, byte[][] found)
    {
        Expect.Equal("records read again", expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Expect.Equal($"record {i} read again", Convert.ToHexString(expected[i]), Convert.ToHexString(found[i]));
        }
    }

    private static byte[] Unpacked(string path, TFRecordCompression compression)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = compression switch
        {
            TFRecordCompression.Gzip => new GZipStream(file, CompressionMode.Decompress),
            TFRecordCompression.Zlib => new ZLibStream(file, CompressionMode.Decompress),
            _ => file,
        };
        using MemoryStream all = new();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private static TFRecordCompression Named(string name) => name switch
    {
        "" or "NONE" => TFRecordCompression.None,
        "ZLIB" => TFRecordCompression.Zlib,
        "GZIP" => TFRecordCompression.Gzip,
        _ => throw new InvalidDataException($"A compression '{name}' is not known."),
    };

    // Records of damaged files do not say how TensorFlow was told to unpack them; their names do: KIND_damage, and KIND_as_plain where it was not.
    private static TFRecordCompression CompressionOf(FileCase c)
    {
        if (c.Record.TryGetProperty("compression", out JsonElement compression))
        {
            return Named(compression.GetString() ?? "");
        }

        string id = c.Text("id");
        return id.EndsWith("_as_plain", StringComparison.Ordinal) ? TFRecordCompression.None
            : id.StartsWith("gzip", StringComparison.Ordinal) ? TFRecordCompression.Gzip
            : id.StartsWith("zlib", StringComparison.Ordinal) ? TFRecordCompression.Zlib
            : TFRecordCompression.None;
    }

    private static JsonObject ExampleOf(byte[] record)
    {
        JsonObject json = [];
        foreach ((string name, Feature feature) in Example.Parser.ParseFrom(record).Features?.Feature ?? [])
        {
            (string? kind, IEnumerable<JsonNode?> values) = feature.KindCase switch
            {
                Feature.KindOneofCase.BytesList => ("bytes_list", feature.BytesList.Value.Select(v => (JsonNode?)v.ToBase64())),
                Feature.KindOneofCase.FloatList => ("float_list", feature.FloatList.Value.Select(v => (JsonNode?)(float.IsFinite(v) ? (double)v : float.IsNaN(v) ? "nan" : v > 0 ? "inf" : "-inf"))),
                Feature.KindOneofCase.Int64List => ("int64_list", feature.Int64List.Value.Select(v => (JsonNode?)v)),
                _ => ((string?)null, []),
            };
            json[name] = new JsonObject { ["kind"] = kind, ["values"] = new JsonArray([.. values]) };
        }

        return json;
    }
}
