namespace ModelSessions.PowerShell;

/// <content>Of predictions.</content>
public static partial class Readable
{
    /// <summary>Where a prediction's example comes from, in short: the name of its file, the row.</summary>
    public static string Source(Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.Path is { } path ? Path.GetFileName(path) : prediction.Source is { } row ? $"{row}" : "";
    }
}
