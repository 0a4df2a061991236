namespace ModelSessions;

/// <summary>What is known of an example besides its numbers.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Label">What the data say of it.</param>
internal readonly record struct AskedExample(long Index, object? Source, object? Label)
{
    /// <summary>Whether it comes from a file, whose path is the source.</summary>
    public bool IsFile { get; init; }
}
