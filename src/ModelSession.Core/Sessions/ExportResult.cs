namespace ModelSessions;

/// <summary>What was exported.</summary>
/// <param name="Path">The file, or a SavedModel's folder.</param>
/// <param name="Format">Its form.</param>
/// <param name="Outputs">The outputs that the graph was cut down to; empty for the whole graph.</param>
/// <param name="Frozen">The variables that became constants.</param>
/// <param name="Notes">What is remarkable: outputs that were guessed, assignments that were dropped, large constants.</param>
public sealed record ExportResult(string Path, GraphFormat Format, IReadOnlyList<string> Outputs, IReadOnlyList<string> Frozen, IReadOnlyList<string> Notes)
{
    /// <summary>What something is to be done about before others can use it: values that are not in the file, tables that nothing fills.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The path, so that it can be given where one is asked for.</summary>
    public override string ToString() => Path;
}
