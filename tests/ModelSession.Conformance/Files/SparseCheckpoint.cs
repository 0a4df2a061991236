using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>A checkpoint whose data file is larger than 4 GiB: made sparse from a recipe, it takes a few kilobytes.</summary>
internal static class SparseCheckpoint
{
    /// <summary>Checks one case.</summary>
    public static void Check(FileCase c)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("recipe.json"));
        JsonElement recipe = document.RootElement;
        using WorkFolder folder = new();
        string prefix = Path.Combine(folder.Path, recipe.GetProperty("prefix").GetString()!);
        File.Copy(c.File(c.Text("prefix") + ".index"), prefix + ".index");
        JsonElement[] pieces = [.. recipe.GetProperty("pieces").EnumerateArray()];
        using (FileStream data = File.Create(Path.Combine(folder.Path, recipe.GetProperty("data_file").GetString()!)))
        {
            foreach (JsonElement piece in pieces)
            {
                data.Position = piece.GetProperty("offset").GetInt64();
                data.Write(Convert.FromHexString(piece.GetProperty("bytes_hex").GetString()!));
            }

            Expect.Equal("size of the data file", recipe.GetProperty("data_size").GetInt64(), data.Length);
        }

        using CheckpointReader reader = CheckpointReader.Open(prefix);
        Expect.Equal("tensors", pieces.Length, reader.Tensors.Count);
        foreach (JsonElement piece in pieces)
        {
            string name = piece.GetProperty("name").GetString()!;
            float[] expected = [.. piece.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
            Expect.Equal(name, string.Join(' ', expected), string.Join(' ', reader.Read(name).Span<float>().ToArray()));
        }
    }
}
