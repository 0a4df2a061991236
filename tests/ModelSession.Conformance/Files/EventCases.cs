using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Event files: every event is what TensorFlow reads, damage is found where TensorFlow finds it, and what is written again is the same file.</summary>
internal static class EventCases
{
    public static void CheckSound(FileCase c)
    {
        foreach (JsonElement record in c.Record.GetProperty("event_files").EnumerateArray())
        {
            string file = record.GetProperty("file").GetString()!;
            using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File(record.GetProperty("json").GetString()!));
            JsonElement expected = document.RootElement.GetProperty("events");
            Event[] events = [.. EventFile.Read(c.File(file))];
            Expect.Equal($"{file}: events", record.GetProperty("events").GetInt32(), events.Length);
            Expect.Equal($"{file}: events in JSON", expected.GetArrayLength(), events.Length);
            for (int i = 0; i < events.Length; i++)
            {
                JsonMatch.Check($"{file}[{i}]", expected[i], EventJson.Of(events[i]));
            }

            CheckRewritten(c.File(file), events);
        }
    }

    public static void CheckDamaged(FileCase c)
    {
        JsonElement expected = c.Record.GetProperty("tensorflow");
        int count = 0;
        ModelFileException? error = null;
        try
        {
            foreach (Event _ in EventFile.Read(c.File(c.Text("file"))))
            {
                count++;
            }
        }
        catch (ModelFileException found)
        {
            error = found;
        }

        RecordErrors.Check(expected, error);
        Expect.Equal("events read", expected.GetProperty("events_read").GetInt32(), count);
    }

    private static void CheckRewritten(string path, Event[] events)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("conformance-");
        try
        {
            string copy = Path.Combine(folder.FullName, "copy");
            using (TFRecordWriter writer = TFRecordWriter.Create(copy))
            {
                foreach (Event e in events)
                {
                    writer.Write(e);
                }
            }

            Expect.Equal($"{Path.GetFileName(path)} written again", Convert.ToHexString(File.ReadAllBytes(path)), Convert.ToHexString(File.ReadAllBytes(copy)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
