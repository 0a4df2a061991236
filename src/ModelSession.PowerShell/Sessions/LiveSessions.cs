using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Finds the sessions of this process by what a user calls them.</summary>
internal static class LiveSessions
{
    /// <summary>What a session's model is called at the prompt.</summary>
    public static string NameOf(ModelSession session) => session.Name.Length > 0 ? session.Name : "TensorFlow graph";

    /// <summary>The sessions of a number; none, or one.</summary>
    public static IEnumerable<ModelSession> OfId(int id) => ModelSession.Live.Where(session => session.Id == id);

    /// <summary>The sessions whose model has a name like this; wildcards are allowed.</summary>
    public static IEnumerable<ModelSession> OfName(string name)
    {
        WildcardPattern pattern = new(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return ModelSession.Live.Where(session => pattern.IsMatch(NameOf(session)));
    }

    /// <summary>The sessions that some numbers or names mean. What means none is told, unless it is a pattern: that may match nothing.</summary>
    public static IReadOnlyList<ModelSession> Find<T>(IEnumerable<T> wanted, Func<T, IEnumerable<ModelSession>> find, Action<ErrorRecord> missed)
        where T : notnull
    {
        List<ModelSession> found = [];
        foreach (T one in wanted)
        {
            ModelSession[] matches = [.. find(one)];
            found.AddRange(matches);
            if (matches.Length == 0 && !(one is string name && WildcardPattern.ContainsWildcardCharacters(name)))
            {
                missed(ErrorMap.NoSession(one));
            }
        }

        return [.. found.DistinctBy(session => session.Id)];
    }
}
