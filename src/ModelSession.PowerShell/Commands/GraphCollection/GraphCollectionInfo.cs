namespace ModelSessions.PowerShell;

/// <summary>A collection of a graph.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Values">Its items: texts, names, numbers, tables, lists, messages of TensorFlow's.</param>
public sealed record GraphCollectionInfo(string Name, IReadOnlyList<object?> Values)
{
    /// <summary>The number of items.</summary>
    public int Count => Values.Count;
}
