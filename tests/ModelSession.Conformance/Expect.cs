namespace ModelSessions.Conformance;

/// <summary>Parts of a case that must hold.</summary>
internal static class Expect
{
    /// <summary>Two values are the same.</summary>
    /// <exception cref="MismatchException">They are not.</exception>
    public static void Equal<T>(string what, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            throw new MismatchException($"{what}: expected {expected}, found {found}");
        }
    }

    /// <summary>There are no faults.</summary>
    /// <exception cref="MismatchException">There are; all are listed.</exception>
    public static void None(IReadOnlyCollection<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new MismatchException(string.Join("\n  ", faults));
        }
    }
}
