using System.Text.Json;

namespace ModelSessions.Conformance;

/// <summary>Prints outcomes: failures, a table by family, and the closing line.</summary>
internal static class Report
{
    /// <summary>Prints as outcomes arrive; writes them all to a JSON file if one is given. Returns the exit code.</summary>
    public static int Write(IEnumerable<Outcome> outcomes, string? json)
    {
        List<Outcome> all = [];
        foreach (Outcome outcome in outcomes)
        {
            all.Add(outcome);
            if (outcome.Verdict == Verdict.Failed)
            {
                Console.WriteLine($"FAILED {outcome.Id}: {outcome.Detail.ReplaceLineEndings(" ")}");
            }
        }

        Console.WriteLine($"{"family",-24} {"passed",7} {"failed",7} {"skipped",7}");
        foreach (IGrouping<string, Outcome> family in all.GroupBy(outcome => outcome.Family).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{family.Key,-24} {Count(family, Verdict.Passed),7} {Count(family, Verdict.Failed),7} {Count(family, Verdict.Skipped),7}");
        }

        foreach (IGrouping<string, Outcome> reason in all.Where(outcome => outcome.Verdict == Verdict.Skipped)
            .GroupBy(outcome => outcome.Detail).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"skipped {reason.Count(),4}: {reason.Key}");
        }

        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(all.Select(outcome => new { outcome.Family, outcome.Id, Verdict = outcome.Verdict.ToString(), outcome.Detail })));
        }

        Console.WriteLine($"{Count(all, Verdict.Passed)} passed, {Count(all, Verdict.Failed)} failed, {Count(all, Verdict.Skipped)} skipped");
        return all.Exists(outcome => outcome.Verdict == Verdict.Failed) ? 1 : 0;
    }

    private static int Count(IEnumerable<Outcome> outcomes, Verdict verdict) => outcomes.Count(outcome => outcome.Verdict == verdict);
}
