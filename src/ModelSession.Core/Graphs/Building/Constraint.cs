namespace ModelSessions;

/// <summary>What a variable is to be after an update: <c>(g, w) => g.ClipByValue(w, 0, 1)</c>; in PowerShell a script block.</summary>
/// <param name="g">Adds to the graph.</param>
/// <param name="variable">The variable as the update left it.</param>
/// <returns>The value that is assigned.</returns>
public delegate GraphTensor Constraint(GraphBuilder g, GraphVariable variable);
