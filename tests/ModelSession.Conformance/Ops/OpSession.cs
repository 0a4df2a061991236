using System.Text.Json;
using ModelSessions.Conformance.Golden;

namespace ModelSessions.Conformance.Ops;

/// <summary>One session of a case: runs by name and compares.</summary>
internal sealed class OpSession(IEngineSession session, Npz? arrays) : IDisposable
{
    /// <summary>Runs once.</summary>
    public Tensor[] Run(IEnumerable<KeyValuePair<string, JsonElement>> feeds, IReadOnlyList<string> fetches, IReadOnlyList<string> targets)
    {
        List<string> names = [];
        List<Tensor> values = [];
        foreach ((string name, JsonElement value) in feeds)
        {
            names.Add(name);
            // Some ops write into the memory of a fed array (InplaceUpdate).
            values.Add(GoldenValue.Load(value, arrays).Clone());
        }

        Tensor[] fetched = new Tensor[fetches.Count];
        session.Prepare(new RunSignature(names, fetches, targets)).Run([.. values], fetched, CancellationToken.None);
        return fetched;
    }

    /// <summary>Runs a step of a case; it must give the expected values or the expected error.</summary>
    /// <exception cref="MismatchException">It does not.</exception>
    public void Check(OpRun run, string what, Tolerance tolerance)
    {
        Tensor[] fetched;
        try
        {
            fetched = Run(Feeds(run), run.Fetches, run.Targets);
        }
        catch (ModelSessionException error) when (error is not UnsupportedFeatureException && run.Error is not null)
        {
            CheckError(what, run.Error, error);
            return;
        }

        if (run.Error is not null)
        {
            throw new MismatchException($"{what}: expected the error {run.Error.Code} ({run.Error.Message}), found none");
        }

        // Cases about names state no values.
        for (int i = 0; i < run.Expected?.Count; i++)
        {
            Comparison.Check($"{what} {run.Fetches[i]}", run.Expected[i], fetched[i], arrays, tolerance);
        }
    }

    /// <summary>The code of an error must be the expected one.</summary>
    /// <exception cref="MismatchException">It is another.</exception>
    public static void CheckError(string what, OpError expected, ModelSessionException found)
    {
        if (Name(found.Code) != expected.Code)
        {
            throw new MismatchException($"{what}: expected {expected.Code} ({expected.Message}), found {Name(found.Code)} ({found.Message})");
        }
    }

    public void Dispose() => session.Dispose();

    private static IEnumerable<KeyValuePair<string, JsonElement>> Feeds(OpRun run) =>
        run.FeedList?.Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1])) ?? run.Feeds ?? Enumerable.Empty<KeyValuePair<string, JsonElement>>();

    // INVALID_ARGUMENT of InvalidArgument.
    private static string Name(StatusCode code) => string.Concat(code.ToString()
        .Select((letter, i) => i > 0 && char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));
}
