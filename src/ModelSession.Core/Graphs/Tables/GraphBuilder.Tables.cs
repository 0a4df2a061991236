namespace ModelSessions;

/// <content>Lookup tables.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Tables that map keys to values: <c>tf.lookup</c>.</summary>
    public TableBuilder Tables => field ??= new TableBuilder(this);
}
