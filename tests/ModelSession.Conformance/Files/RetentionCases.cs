using System.Globalization;
using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>Scripts of TensorFlow's Saver, replayed step by step: returned paths, what the saver remembers, files, texts of state files.</summary>
internal static class RetentionCases
{
    public static void Check(FileCase c, IEngine engine)
    {
        using JsonDocument script = GoldenJson.Read<JsonDocument>(c.File(c.Record.GetProperty("files")[0].GetProperty("path").GetString()!));
        using RetentionScript replay = new(script.RootElement, engine);
        int number = 0;
        foreach (JsonElement row in script.RootElement.GetProperty("steps").EnumerateArray())
        {
            try
            {
                replay.Replay(row);
            }
            catch (MismatchException mismatch)
            {
                throw new MismatchException($"step {number} {row.GetProperty("step")}: {mismatch.Message}");
            }

            number++;
        }
    }
}

/// <summary>A session that does what a script tells, in a folder of its own.</summary>
internal sealed class RetentionScript : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model-session-").FullName;
    private readonly FakeClock _clock;
    private readonly double _origin;
    private readonly ModelSession _session;
    private Saver _saver;

    public RetentionScript(JsonElement script, IEngine engine)
    {
        _origin = script.GetProperty("clock_origin").GetDouble();
        _clock = new FakeClock { Seconds = _origin };
        int cpus = script.TryGetProperty("cpus", out JsonElement count) ? count.GetInt32() : 1;
        string[] variables = [.. script.GetProperty("variables").EnumerateArray().Select(name => name.GetString()!)];
        _session = ModelSession.Create(new ScriptModel(variables, cpus), new SessionOptions { Engines = [engine], Checkpoints = new CheckpointOptions(FlushToDisk: false) });
        _saver = NewSaver(script.GetProperty("saver"));
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Does one step and compares all that is recorded of it.</summary>
    public void Replay(JsonElement row)
    {
        JsonElement step = row.GetProperty("step");
        if (step.TryGetProperty("t", out JsonElement time))
        {
            _clock.Seconds = _origin + time.GetDouble();
        }

        object? returned = null;
        string? error = null;
        try
        {
            returned = Run(step);
        }
        catch (ModelSessionException failure) when (failure is not UnsupportedFeatureException)
        {
            error = failure.Message;
        }

        bool fails = row.TryGetProperty("error", out JsonElement expectedError);
        if (fails != (error is not null))
        {
            throw new MismatchException($"expected {(fails ? $"the error '{expectedError.GetProperty("message").GetString()}'" : "no error")}, found {error ?? "none"}");
        }

        if (row.TryGetProperty("returned", out JsonElement expected))
        {
            CompareReturned(step.GetProperty("op").GetString()!, expected, returned);
        }

        Same("last_checkpoints", Lines(row.GetProperty("last_checkpoints").EnumerateArray().Select(path => Full(path.GetString()!))), Lines(_saver.LastCheckpoints));
        Same("files", Lines(row.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)), Lines(Files()));
        foreach (JsonProperty state in row.GetProperty("states").EnumerateObject())
        {
            Same($"the text of '{state.Name}'", state.Value.GetString()!, File.ReadAllText(Path.Combine(_folder, state.Name)));
        }
    }

    private object? Run(JsonElement step)
    {
        switch (step.GetProperty("op").GetString())
        {
            case "save":
                return Save(step);
            case "train":
                for (int i = 0; i < step.GetProperty("steps").GetInt32(); i++)
                {
                    _session.Run([], targets: [Roles.Train]);
                }

                return null;
            case "new_saver":
                _saver = NewSaver(step);
                return null;
            case "recover":
                _saver.RecoverLastCheckpoints(Texts(step, "paths").Select(Full));
                return null;
            case "set_last":
                _saver.SetLastCheckpoints(step.GetProperty("pairs").EnumerateArray().Select(pair => KeyValuePair.Create(Full(pair[0].GetString()!), At(pair[1].GetDouble()))));
                return null;
            case "set_last_plain":
                _saver.SetLastCheckpoints(Texts(step, "paths").Select(Full));
                return null;
            case "touch":
                Texts(step, "files").ToList().ForEach(file => File.SetLastWriteTimeUtc(Full(file), At(_origin + step.GetProperty("mtime").GetDouble()).UtcDateTime));
                return null;
            case "remove":
                Texts(step, "files").SelectMany(pattern => Directory.GetFiles(Path.GetDirectoryName(Full(pattern))!, Path.GetFileName(pattern))).ToList().ForEach(File.Delete);
                return null;
            case "mkdir":
                Directory.CreateDirectory(Full(step.GetProperty("path").GetString()!));
                return null;
            case "latest":
                string? latest = CheckpointStateFile.Latest(Full(step.GetProperty("dir").GetString()!), Text(step, "latest_filename") ?? CheckpointFolder.DefaultStateFile);
                return latest is null ? null : Path.GetFullPath(latest);
            case "checkpoint_exists":
                return CheckpointStateFile.Exists(Full(step.GetProperty("path").GetString()!));
            case "mtimes":
                return string.Join(", ", Texts(step, "paths").Select(path => CheckpointStateFile.TimeOf(Full(path))).OfType<DateTimeOffset>()
                    .Select(time => Number((time - DateTimeOffset.UnixEpoch).TotalSeconds - _origin)));
            case "restore":
                _saver.Restore(Full(step.GetProperty("path").GetString()!));
                return _session.Iteration;
            default:
                throw new UnsupportedFeatureException($"The step {step} is not known.", $"step {step.GetProperty("op").GetString()}");
        }
    }

    // A path of a script is the text that the file names begin with.
    private string Save(JsonElement step)
    {
        string path = step.GetProperty("path").GetString()!;
        int slash = path.LastIndexOf('/');
        JsonElement iteration = step.TryGetProperty("global_step", out JsonElement given) ? given : default;
        return _saver.Save(new SaveOptions
        {
            Folder = Full(slash < 0 ? "." : path[..(slash + 1)]),
            Name = path[(slash + 1)..],
            CreateParents = false,
            WithIteration = iteration.ValueKind is JsonValueKind.Number or JsonValueKind.String,
            Iteration = iteration.ValueKind == JsonValueKind.Number ? iteration.GetInt64() : null,
            StateFile = Text(step, "latest_filename") ?? CheckpointFolder.DefaultStateFile,
            GraphSuffix = Text(step, "meta_graph_suffix") ?? "meta",
            WriteGraph = !step.TryGetProperty("write_meta_graph", out JsonElement writeGraph) || writeGraph.GetBoolean(),
            WriteState = !step.TryGetProperty("write_state", out JsonElement writeState) || writeState.GetBoolean(),
        }).Prefix;
    }

    private Saver NewSaver(JsonElement arguments)
    {
        return _session.AddSaver(new SaverOptions
        {
            FirstFormat = arguments.TryGetProperty("write_version", out JsonElement version) && version.GetInt32() == 1,
            Sharded = arguments.TryGetProperty("sharded", out JsonElement sharded) && sharded.GetBoolean(),
            Reshape = arguments.TryGetProperty("reshape", out JsonElement reshape) && reshape.GetBoolean(),
            Name = Text(arguments, "name") ?? "save",
            Checkpoints = new CheckpointOptions(arguments.TryGetProperty("max_to_keep", out JsonElement max) ? max.ValueKind == JsonValueKind.Number ? max.GetInt32() : 0 : 5, FlushToDisk: false)
            {
                CountExisting = false,
                KeepEveryHours = arguments.TryGetProperty("keep_checkpoint_every_n_hours", out JsonElement hours) ? hours.GetDouble() : 10_000,
                PadIteration = arguments.TryGetProperty("pad_step_number", out JsonElement pad) && pad.GetBoolean(),
                Clock = _clock,
            },
        });
    }

    private void CompareReturned(string op, JsonElement expected, object? found)
    {
        string wanted = expected.ValueKind switch
        {
            JsonValueKind.String => Full(expected.GetString()!),
            JsonValueKind.Null => "",
            JsonValueKind.Array => string.Join(", ", expected.EnumerateArray().Select(value => Number(value.GetDouble()))),
            _ => expected.ToString(),
        };
        Same($"what '{op}' returns", wanted, Convert.ToString(found, CultureInfo.InvariantCulture) ?? "");
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private string Full(string path) => Path.GetFullPath(Path.Combine(_folder, path));

    private static string Lines(IEnumerable<string> values) => string.Join('\n', values);

    private static string? Text(JsonElement step, string field) => step.TryGetProperty(field, out JsonElement value) ? value.GetString() : null;

    private static IEnumerable<string> Texts(JsonElement step, string field) => step.GetProperty(field).EnumerateArray().Select(value => value.GetString()!);

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Same(string what, string expected, string found)
    {
        if (expected != found)
        {
            throw new MismatchException($"{what}: expected '{expected}', found '{found}'");
        }
    }

    private sealed class FakeClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override DateTimeOffset GetUtcNow() => At(Seconds);
    }

    /// <summary>The scripts' variables: scalars spread over processors, and a counter.</summary>
    private sealed class ScriptModel(string[] variables, int cpus) : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            GraphVariable? counter = null;
            for (int i = 0; i < variables.Length; i++)
            {
                if (variables[i] == "global_step")
                {
                    counter = g.Variable(g.Constant(0L, DType.Int64), variables[i], trainable: false, resource: true);
                    continue;
                }

                using GraphScope device = g.Device($"/cpu:{i % cpus}");
                g.Variable(g.Constant((float)i, DType.Float32), variables[i]);
            }

            return new Binding { [Roles.Iteration] = counter!.Handle, [Roles.Train] = g.AssignAdd(counter, g.Constant(1L, DType.Int64), "train") };
        }
    }
}
