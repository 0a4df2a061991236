using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Files;

namespace ModelSessions.Conformance.Files;

/// <summary>A tensor as a case's <c>tensors.json</c> states it.</summary>
/// <param name="Record">The row.</param>
internal sealed record GoldenTensor(JsonElement Record)
{
    /// <summary>Its name.</summary>
    public string Name => Record.GetProperty("name").GetString()!;

    /// <summary>TensorFlow cannot read it: no value is stated.</summary>
    public bool IsUnreadable => Record.TryGetProperty("error", out _);

    /// <summary>The hash of its bytes.</summary>
    public string Sha256 => Record.GetProperty("sha256").GetString()!;

    /// <summary>The rows of a folder.</summary>
    /// <param name="folder">The folder with the file.</param>
    /// <param name="file">Its name; a compressed one has <c>.gz</c> behind it.</param>
    /// <param name="list">The name of the list in it.</param>
    public static IReadOnlyList<GoldenTensor> ReadAll(string folder, string file = "tensors.json", string list = "tensors")
    {
        string path = Path.Combine(folder, file);
        using Stream stream = File.Exists(path) ? File.OpenRead(path) : new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty(list).EnumerateArray().Select(row => new GoldenTensor(row.Clone()))];
    }

    /// <summary>A value must be this tensor's, bit by bit.</summary>
    /// <exception cref="MismatchException">It is not.</exception>
    public void Check(string what, Tensor actual, Npz? arrays)
    {
        CheckKind(what, actual.DType, actual.Shape);
        byte[] bytes = Bytes(actual);
        Expect.Equal($"{what}, SHA-256", Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Expect.Equal($"{what}, number of bytes", Record.GetProperty("nbytes").GetInt64(), bytes.LongLength);
        if (Record.TryGetProperty("crc32c", out JsonElement crc) && actual.DType != DType.String)
        {
            Expect.Equal($"{what}, crc32c", crc.GetUInt32(), Crc32C.Of(bytes));
        }

        if (Record.TryGetProperty("npz", out JsonElement key) && arrays is not null)
        {
            // The array of a type that numpy lacks holds the raw bits.
            ReadOnlySpan<byte> expected = arrays[key.GetString()!].Bytes();
            if (!expected.SequenceEqual(actual.Bytes()))
            {
                throw new MismatchException($"{what}: other bits than {key.GetString()} of the arrays");
            }
        }

        if (Record.TryGetProperty("strings_b64", out JsonElement strings))
        {
            string[] found = [.. actual.Objects.ToArray().Select(value => Convert.ToBase64String((byte[]?)value ?? []))];
            Expect.Equal($"{what}, strings", string.Join(' ', strings.EnumerateArray().Select(value => value.GetString())), string.Join(' ', found));
        }
    }

    /// <summary>Type and shape must be this tensor's.</summary>
    /// <exception cref="MismatchException">They are not.</exception>
    public void CheckKind(string what, DType dtype, Shape shape)
    {
        Expect.Equal($"{what}, type", Record.GetProperty("dtype").GetString()!, dtype.Name());
        if (Record.TryGetProperty("shape", out JsonElement dimensions))
        {
            Expect.Equal($"{what}, shape", Shape.Create([.. dimensions.EnumerateArray().Select(size => size.GetInt64())]), shape);
        }
    }

    /// <summary>The bytes of a tensor as they stand in a data file.</summary>
    public static byte[] Bytes(Tensor tensor) => tensor.DType != DType.String
        ? tensor.Bytes().ToArray()
        : [.. BundleStrings.Head(tensor.Objects).Head, .. tensor.Objects.ToArray().SelectMany(value => (byte[]?)value ?? [])];

    /// <summary>Names in the order of their bytes, as tables have them.</summary>
    public static IOrderedEnumerable<string> InOrder(IEnumerable<string> names) =>
        names.Order(Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));
}
