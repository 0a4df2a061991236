namespace ModelSessions;

/// <summary>What waits for what before gradients are used.</summary>
public enum GradientGating
{
    /// <summary>Nothing: fastest, but a gradient may see a reference variable that another one has changed.</summary>
    None,

    /// <summary>All gradients of an operation are computed before any of them is used.</summary>
    Operation,

    /// <summary>The gradients of all variables are computed before any of them is used.</summary>
    Graph,
}
