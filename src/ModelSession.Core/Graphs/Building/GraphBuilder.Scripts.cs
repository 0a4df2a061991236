namespace ModelSessions;

/// <content>Methods that take lists, for PowerShell, which makes arrays of its lists, but no other collections.</content>
public sealed partial class GraphBuilder
{
    /// <inheritdoc cref="AddN(IReadOnlyList{GraphTensor}, string?)"/>
    public GraphTensor AddN(GraphTensor[] values, string? name = null) => AddN((IReadOnlyList<GraphTensor>)values, name is "" ? null : name);

    /// <inheritdoc cref="Concat(IReadOnlyList{Operand}, Operand, string?)"/>
    public GraphTensor Concat(Operand[] values, Operand axis, string? name = null) => Concat((IReadOnlyList<Operand>)values, axis, name is "" ? null : name);

    /// <inheritdoc cref="ControlDependencies(IEnumerable{GraphOperation})"/>
    public GraphScope ControlDependencies(params GraphOperation[] operations) => ControlDependencies((IEnumerable<GraphOperation>)operations);

    /// <inheritdoc cref="GroupOperations(IEnumerable{GraphOperation}, string?)"/>
    public GraphOperation GroupOperations(GraphOperation[] operations, string? name = null) =>
        GroupOperations((IEnumerable<GraphOperation>)operations, name is "" ? null : name);

    /// <inheritdoc cref="InitializeVariables(IEnumerable{GraphVariable}?, string)"/>
    public GraphOperation InitializeVariables(GraphVariable[] variables, string name = "init") => InitializeVariables((IEnumerable<GraphVariable>)variables, name);

    /// <inheritdoc cref="Stack(IReadOnlyList{Operand}, long, string?)"/>
    public GraphTensor Stack(Operand[] values, long axis = 0, string? name = null) => Stack((IReadOnlyList<Operand>)values, axis, name is "" ? null : name);
}
