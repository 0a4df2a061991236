using System.Text.Json;

namespace ModelSessions.Files;

/// <summary>What a save is about to do, written before its first rename, so that whoever comes after a killed process can finish it or undo it.</summary>
/// <param name="Name">The checkpoint's name in the folder.</param>
/// <param name="IndexSuffix">The end of its index's name; empty in TensorFlow's first format, whose file is its own index.</param>
/// <param name="IndexChecksum">crc32c of its new index. When the index has it, the checkpoint is there; before, the save has not happened.</param>
/// <param name="Shards">The number of its data files.</param>
/// <param name="Shift">By how much their numbers are higher than usual; see <see cref="ShardLayout"/>.</param>
/// <param name="GraphSuffix">The end of the graph file's name.</param>
/// <param name="StateFile">The state file's name; null if none is written.</param>
/// <param name="StateText">Its new text.</param>
/// <param name="Retired">The names of the checkpoints in the folder that are to be removed at the end.</param>
internal sealed record SaveJournal(
    string Name, string IndexSuffix, uint IndexChecksum, int Shards, int Shift, string GraphSuffix, string? StateFile, string? StateText, IReadOnlyList<string> Retired)
{
    /// <summary>Its name in the folder; it ends as all temporary files of a save do.</summary>
    public const string FileName = ".checkpoint-journal" + SaveTransaction.TemporarySuffix;

    private const int LargestFile = 1 << 24;

    /// <summary>The journal of a save that has not ended; null if there is none, or none that can be read.</summary>
    public static SaveJournal? Read(string folder)
    {
        try
        {
            string path = Path.Combine(folder, FileName);
            SaveJournal? journal = new FileInfo(path) is { Exists: true, Length: < LargestFile } ? JsonSerializer.Deserialize<SaveJournal>(File.ReadAllBytes(Openable.Of(path))) : null;
            return journal is { Name: not null, GraphSuffix: not null, Retired: not null, IndexSuffix: "" or CheckpointFiles.IndexSuffix, Shards: > 0, Shift: 0 or 1 } && journal.IsInside ? journal : null;
        }
        catch (Exception error) when (error is JsonException || FileAccessErrors.Is(error))
        {
            // Half a journal: the process was killed before it had renamed anything. Or it is gone meanwhile: the save has ended.
            return null;
        }
    }

    /// <summary>The checkpoint's index.</summary>
    public string Index(string folder) => Path.Combine(folder, Name) + IndexSuffix;

    /// <summary>Whether the new checkpoint is in place.</summary>
    public bool IsPlaced(string folder)
    {
        string index = Index(folder);
        try
        {
            return File.Exists(index) && Crc32C.Append(0, File.ReadAllBytes(Openable.Of(index))) == IndexChecksum;
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            return false;
        }
    }

    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this);

    // A file must not lead out of its folder.
    private bool IsInside => Retired.Append(Name).Append(StateFile ?? CheckpointFolder.DefaultStateFile).All(name => name is { Length: > 0 } and not "." and not ".." && Path.GetFileName(name) == name)
        && GraphSuffix.IndexOfAny(['/', '\\']) < 0;
}
