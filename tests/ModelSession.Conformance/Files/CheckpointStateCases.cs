using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>State files: what is read from them, and the texts that are written.</summary>
internal static class CheckpointStateCases
{
    public static void Check(FileCase c)
    {
        if (c.Record.TryGetProperty("expected", out JsonElement expected))
        {
            CheckRead(c, expected);
        }
        else
        {
            CheckWritten(c);
        }
    }

    private static void CheckRead(FileCase c, JsonElement expected)
    {
        string folder = $"{c.Folder}/{c.Text("argument")}";
        string name = c.Record.TryGetProperty("latest_filename", out JsonElement given) && given.GetString() is { } asked ? asked : CheckpointFolder.DefaultStateFile;
        JsonElement state = expected.GetProperty("get_checkpoint_state");
        Expect(state, () => CheckpointStateFile.Read(folder, name), found => Compare(c, state.GetProperty("result"), found));
        JsonElement latest = expected.GetProperty("latest_checkpoint");
        Expect(latest, () => CheckpointStateFile.Latest(folder, name), found => Same("latest_checkpoint", Latest(c, latest.GetProperty("result").GetString(), folder, name), Relative(c, found)));
    }

    // TensorFlow takes a path for a pattern, and so does not find names with the letters of patterns. A file of that very name is found here.
    private static string? Latest(FileCase c, string? expected, string folder, string name)
    {
        string? stated = expected is null ? CheckpointStateFile.Read(folder, name)?.Newest : null;
        return stated is not null && stated.IndexOfAny(['[', '?', '*', '\\']) >= 0 && (File.Exists(stated + ".index") || File.Exists(stated)) ? Relative(c, stated) : expected;
    }

    private static void Compare(FileCase c, JsonElement expected, CheckpointStateInfo? found)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Same("get_checkpoint_state", null, found?.Newest);
            return;
        }

        Same("get_checkpoint_state", expected.GetProperty("model_checkpoint_path").GetString(), Relative(c, found?.Newest));
        Same("all_model_checkpoint_paths", List(expected, "all_model_checkpoint_paths", path => path.GetString()), string.Join(", ", found!.All.Select(path => Relative(c, path))));
        Same("all_model_checkpoint_timestamps", List(expected, "all_model_checkpoint_timestamps", GoldenFloat), string.Join(", ", found.Times.Select(Text)));
        Same("last_preserved_timestamp", GoldenFloat(expected.GetProperty("last_preserved_timestamp")), Text(found.LastKept));
    }

    private static void CheckWritten(FileCase c)
    {
        using JsonDocument written = GoldenJson.Read<JsonDocument>(c.File(c.Record.GetProperty("files")[0].GetProperty("path").GetString()!));
        foreach (JsonElement row in written.RootElement.GetProperty("cases").EnumerateArray())
        {
            string folder = row.GetProperty("save_dir").GetString()!, newest = row.GetProperty("model_checkpoint_path").GetString()!;
            bool fails = row.TryGetProperty("error", out _);
            double[] times = [.. Items(row, "all_model_checkpoint_timestamps").Select(time => double.Parse(GoldenFloat(time), System.Globalization.CultureInfo.InvariantCulture))];
            double lastKept = row.GetProperty("last_preserved_timestamp") is { ValueKind: not JsonValueKind.Null } kept ? double.Parse(GoldenFloat(kept), System.Globalization.CultureInfo.InvariantCulture) : 0;
            string[] all = [.. Items(row, "all_model_checkpoint_paths").Select(path => path.GetString()!)];
            // Python's function changes the list that it is given: what is recorded are paths as they were seen from the folder.
            if (!fails && !folder.StartsWith('/'))
            {
                all = [.. all.Select((path, i) => i == all.Length - 1 ? newest : path.StartsWith('/') || folder.Length == 0 ? path : $"{folder.TrimEnd('/')}/{path}")];
            }

            Expect(row, () => CheckpointStateFile.Text(folder, newest, all.Length == 0 ? null : all, times, lastKept), text => Same($"the text for '{newest}' in '{folder}'", row.GetProperty("text").GetString(), text));
        }
    }

    private static void Expect<T>(JsonElement expected, Func<T> run, Action<T> check)
    {
        T found;
        try
        {
            found = run();
        }
        catch (Exception error) when (error is ModelFileException or ArgumentException)
        {
            if (expected.TryGetProperty("error", out _))
            {
                return;
            }

            throw new MismatchException($"expected no error, found {error.Message}");
        }

        if (expected.TryGetProperty("error", out JsonElement wanted))
        {
            throw new MismatchException($"expected an error ({wanted.GetProperty("message").GetString()}), found {found}");
        }

        check(found);
    }

    private static string? Relative(FileCase c, string? path) => path is not null && path.StartsWith(c.Folder + "/", StringComparison.Ordinal) ? path[(c.Folder.Length + 1)..] : path;

    private static string List(JsonElement element, string field, Func<JsonElement, string?> text) => string.Join(", ", Items(element, field).Select(text));

    private static JsonElement[] Items(JsonElement element, string field) =>
        element.GetProperty(field) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    // Bare words where JSON has no numbers are read as strings.
    private static string GoldenFloat(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : Text(value.GetDouble());

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Same(string what, string? expected, string? found)
    {
        if (expected != found)
        {
            throw new MismatchException($"{what}: expected {expected ?? "none"}, found {found ?? "none"}");
        }
    }
}
