using System.Text.Json;
using ModelSessions.Conformance.Golden;

namespace ModelSessions.Conformance.Files;

/// <summary>Runs of signatures as a SavedModel's record has them: in their order, in one session for each set of tags.</summary>
internal static class SignatureCalls
{
    private static readonly Tolerance s_tolerance = new(false, 1e-5, 1e-5);

    /// <summary>Runs all calls of a record. One that no engine can run leaves the others to be checked, and is told at the end.</summary>
    /// <exception cref="UnsupportedFeatureException">Some could not be run here.</exception>
    public static void Check(JsonElement calls, Npz arrays, Func<IReadOnlyList<string>, ModelSession> open)
    {
        HashSet<string> unsupported = new(StringComparer.Ordinal);
        foreach (IGrouping<string, JsonElement> graph in calls.EnumerateArray().GroupBy(call => call.GetProperty("tags").GetRawText()))
        {
            try
            {
                using ModelSession session = open([.. graph.First().GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)]);
                foreach (JsonElement call in graph)
                {
                    Gather(unsupported, () => Run(call, arrays, session));
                }
            }
            catch (UnsupportedFeatureException error)
            {
                unsupported.UnionWith(error.Features);
            }
        }

        if (unsupported.Count > 0)
        {
            throw new UnsupportedFeatureException("Some signatures cannot be run here.", [.. unsupported.Order(StringComparer.Ordinal)]);
        }
    }

    private static void Gather(HashSet<string> unsupported, Action run)
    {
        try
        {
            run();
        }
        catch (UnsupportedFeatureException error)
        {
            unsupported.UnionWith(error.Features);
        }
    }

    private static void Run(JsonElement call, Npz arrays, ModelSession session)
    {
        string signature = call.GetProperty("signature").GetString()!;
        Dictionary<string, Tensor> inputs = call.GetProperty("inputs").EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!, row => Value(row, arrays));
        if (call.TryGetProperty("error", out JsonElement error))
        {
            CheckError(signature, error, () => session.RunSignature(signature, inputs));
            return;
        }

        IReadOnlyDictionary<string, Tensor> outputs = session.RunSignature(signature, inputs);
        JsonElement[] rows = [.. call.GetProperty("outputs").EnumerateArray()];
        string wanted = string.Join(", ", rows.Select(row => row.GetProperty("name").GetString()).Order(StringComparer.Ordinal)), found = string.Join(", ", outputs.Keys.Order(StringComparer.Ordinal));
        if (wanted != found)
        {
            throw new MismatchException($"{signature}: expected the outputs {wanted}, found {found}");
        }

        foreach (JsonElement row in rows)
        {
            string name = row.GetProperty("name").GetString()!;
            Comparison.Check($"{signature}.{name}", Value(row, arrays), outputs[name], s_tolerance);
        }
    }

    private static void CheckError(string signature, JsonElement expected, Action run)
    {
        try
        {
            run();
        }
        catch (ModelSessionException found) when (found is not UnsupportedFeatureException)
        {
            if (expected.TryGetProperty("code", out JsonElement code) && code.GetInt32() != (int)found.Code)
            {
                throw new MismatchException($"{signature}: expected the error {code}, found {found.Code}: {found.Message}");
            }

            return;
        }

        throw new MismatchException($"{signature}: expected the error {expected.GetProperty("message").GetString()}, found none");
    }

    private static Tensor Value(JsonElement row, Npz arrays)
    {
        if (!row.TryGetProperty("strings_b64", out JsonElement strings))
        {
            return arrays[row.GetProperty("npz").GetString()!];
        }

        Tensor tensor = Tensor.Zeros(DType.String, GoldenValue.ShapeOf(row));
        int i = 0;
        foreach (JsonElement item in strings.EnumerateArray())
        {
            tensor.Objects[i++] = item.GetBytesFromBase64();
        }

        return tensor;
    }
}
