using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>Damaged SavedModels: what TensorFlow opens is opened and gives its values; what it refuses is refused; and no name of an asset
/// leads out of the model's folder, whatever TensorFlow does.</summary>
internal static class SavedModelCorruptCases
{
    /// <summary>Checks one case.</summary>
    public static void Check(FileCase c, IEngine engine)
    {
        JsonElement loader = c.Record.GetProperty("tensorflow").GetProperty("v1_loader");
        string model = c.File(c.Text("model"));
        JsonElement? loadError = Error(loader, "load"), runError = Error(loader, "run");
        string[] tags = [.. c.Record.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
        try
        {
            using ModelSession session = ModelSession.Restore(model, new SessionOptions { Engines = [engine], Tags = tags });
            if (loadError is { } missed)
            {
                throw new MismatchException($"expected to be refused ({missed.GetProperty("message").GetString()}), it was opened");
            }

            if (LeadsOut(model))
            {
                throw new MismatchException("an asset outside of the model's folder was read");
            }

            Run(c, loader, session, runError);
        }
        catch (ModelSessionException found) when (found is not UnsupportedFeatureException)
        {
            bool mayRefuse = loadError is not null || runError is not null || LeadsOut(model);
            if (!mayRefuse)
            {
                throw new MismatchException($"expected to be opened and run, found {found.Message}");
            }

            CheckCode(loadError ?? runError, found, model);
        }
    }

    private static void Run(FileCase c, JsonElement loader, ModelSession session, JsonElement? error)
    {
        Dictionary<string, Tensor> inputs = c.Record.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name, input => Value(input.Value, "value"));
        IReadOnlyDictionary<string, Tensor> outputs = session.RunSignature(c.Text("signature"), inputs);
        if (error is not null)
        {
            throw new MismatchException($"expected the run to fail ({error.Value.GetProperty("message").GetString()}), found values");
        }

        foreach (JsonProperty output in loader.GetProperty("run").GetProperty("ok").EnumerateObject())
        {
            Golden.Comparison.Check(output.Name, Value(output.Value, "values"), outputs[output.Name], new Golden.Tolerance(false, 1e-5, 1e-5));
        }
    }

    private static JsonElement? Error(JsonElement loader, string step) =>
        loader.TryGetProperty(step, out JsonElement result) && result.TryGetProperty("error", out JsonElement error) ? error : null;

    // What kind of error it is, where TensorFlow's tells.
    private static void CheckCode(JsonElement? expected, ModelSessionException found, string model)
    {
        if (expected is not { } error || !error.TryGetProperty("code_name", out JsonElement name))
        {
            return;
        }

        StatusCode[] allowed = name.GetString() switch
        {
            "NOT_FOUND" => [StatusCode.NotFound],
            "DATA_LOSS" or "OUT_OF_RANGE" => [StatusCode.DataLoss, StatusCode.OutOfRange],
            "FAILED_PRECONDITION" => [StatusCode.FailedPrecondition],
            _ => [found.Code],
        };
        if (!allowed.Contains(found.Code) && !(found.Code == StatusCode.PermissionDenied && LeadsOut(model)))
        {
            throw new MismatchException($"expected {name.GetString()}, found {found.Code}: {found.Message}");
        }
    }

    // An asset whose name is no file's below the assets folder.
    private static bool LeadsOut(string model)
    {
        try
        {
            return SavedModelInfo.Read(model).Graphs.SelectMany(graph => graph.Assets)
                .Any(asset => asset.FileName.Length == 0 || Path.IsPathRooted(asset.FileName) || asset.FileName.Split('/').Contains(".."));
        }
        catch (ModelFileException)
        {
            return false;
        }
    }

    private static Tensor Value(JsonElement value, string field)
    {
        JsonElement[] items = [.. value.GetProperty(field).EnumerateArray()];
        Shape shape = value.TryGetProperty("shape", out _) ? Golden.GoldenValue.ShapeOf(value) : [items.Length];
        return value.GetProperty("dtype").GetString() switch
        {
            "string" => Tensor.FromStrings([.. items.Select(item => item.GetString()!)], shape),
            "int64" => Tensor.From<long>([.. items.Select(item => item.GetInt64())], shape),
            "float32" => Tensor.From<float>([.. items.Select(item => item.GetSingle())], shape),
            var other => throw new InvalidDataException($"Values of type {other} are not known here."),
        };
    }
}
