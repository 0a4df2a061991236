using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Event files, which TensorBoard shows: a TFRecord file of Event messages.</summary>
public static class EventFile
{
    /// <summary>What the first event of a file says, in all versions of TensorFlow since 1.0.</summary>
    public const string Version = "brain.Event:2";

    /// <summary>Part of the name of every event file.</summary>
    public const string NamePart = ".tfevents.";

    /// <summary>The events of a file, in their order. A file that is still being written is read as far as it goes.</summary>
    /// <exception cref="ModelFileException">The file is not there, or is damaged; then the events before the damage have been given.</exception>
    public static IEnumerable<Event> Read(string path)
    {
        using TFRecordReader reader = TFRecordReader.Open(path, TFRecordCompression.None);
        while (reader.Read())
        {
            yield return Parse(reader, path);
        }
    }

    /// <summary>The event files in a folder, oldest first: their names start with the time.</summary>
    public static IReadOnlyList<string> Find(string folder) =>
        [.. Directory.EnumerateFiles(folder, $"*{NamePart}*").Order(StringComparer.Ordinal)];

    private static Event Parse(TFRecordReader reader, string path)
    {
        try
        {
            Event parsed = Event.Parser.ParseFrom(reader.Record);
            return Wire.FindBadText(reader.Record, Event.Descriptor) < 0 ? parsed : throw NoEvent(reader, path, "a text in it is not UTF-8.", null);
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            throw NoEvent(reader, path, error.Message, error);
        }
    }

    private static ModelFileException NoEvent(TFRecordReader reader, string path, string why, Exception? error) =>
        new(StatusCode.DataLoss, path, $"a record is no event: {why}", reader.Offset, error);
}
