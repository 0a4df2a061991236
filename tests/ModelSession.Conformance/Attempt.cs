namespace ModelSessions.Conformance;

/// <summary>Runs one case to an outcome.</summary>
internal static class Attempt
{
    /// <summary>What is not supported skips the case; any other error fails it, ours included, so that no bug hides the other cases.</summary>
    public static Outcome Run(string family, string id, Action check)
    {
        try
        {
            check();
            return new Outcome(family, id, Verdict.Passed);
        }
        catch (UnsupportedFeatureException unsupported)
        {
            return new Outcome(family, id, Verdict.Skipped, $"not supported: {string.Join(", ", unsupported.Features)}");
        }
        catch (Exception error) when (error is MismatchException or ModelSessionException)
        {
            return new Outcome(family, id, Verdict.Failed, error.Message);
        }
        catch (Exception error)
        {
            return new Outcome(family, id, Verdict.Failed, $"{error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
        }
    }
}
