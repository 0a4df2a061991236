using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>One case of a set with the schema of golden/files.</summary>
/// <param name="Root">The set's folder.</param>
/// <param name="Record">The case as the index has it.</param>
internal sealed record FileCase(string Root, JsonElement Record)
{
    /// <summary>What kind of case it is.</summary>
    public string Category => Text("category");

    /// <summary>Its id: category and name, since names are unique in their category only.</summary>
    public string Id => $"{Category}/{Text("id")}";

    /// <summary>Its folder.</summary>
    public string Folder => Path.Combine(Root, Text("folder"));

    /// <summary>A text of the record.</summary>
    public string Text(string field) => Record.GetProperty(field).GetString() ?? throw new InvalidDataException($"'{field}' of a case is null.");

    /// <summary>A file in the case's folder.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>The cases of a folder.</summary>
    public static IReadOnlyList<FileCase> ReadAll(string root)
    {
        using JsonDocument index = GoldenJson.Read<JsonDocument>(Path.Combine(root, "index.json"));
        return [.. index.RootElement.GetProperty("cases").EnumerateArray().Select(record => new FileCase(root, record.Clone()))];
    }
}
