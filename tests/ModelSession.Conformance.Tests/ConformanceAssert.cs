using ModelSessions.Conformance;

namespace ModelSessions.Tests;

/// <summary>What a test asks of the outcomes of a suite.</summary>
internal static class ConformanceAssert
{
    /// <summary>Every case passed but the known gaps, and each gap is still one: a gap that passes must be struck off the list.</summary>
    public static void AllButGapsPassed(IEnumerable<Outcome> outcomes, IReadOnlyDictionary<string, string> gaps)
    {
        List<string> wrong = [];
        foreach (Outcome outcome in outcomes)
        {
            bool gap = gaps.ContainsKey(outcome.Id);
            if (outcome.Verdict != Verdict.Passed && !gap)
            {
                wrong.Add($"{outcome.Verdict} {outcome.Id}: {outcome.Detail}");
            }
            else if (outcome.Verdict == Verdict.Passed && gap)
            {
                wrong.Add($"{outcome.Id} passes now: strike it off the known gaps.");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} cases:\n{string.Join('\n', wrong)}");
    }

    /// <summary>Every case passed; none was skipped.</summary>
    public static void AllPassed(IEnumerable<Outcome> outcomes)
    {
        List<Outcome> all = [.. outcomes];
        Assert.NotEmpty(all);
        Assert.True(
            all.TrueForAll(outcome => outcome.Verdict == Verdict.Passed),
            string.Join('\n', all.Where(outcome => outcome.Verdict != Verdict.Passed).Select(outcome => $"{outcome.Verdict} {outcome.Id}: {outcome.Detail}")));
    }
}
