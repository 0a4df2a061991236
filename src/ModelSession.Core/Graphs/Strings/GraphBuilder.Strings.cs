namespace ModelSessions;

/// <content>Strings.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Operations on strings: <c>tf.strings</c>.</summary>
    public StringOpBuilder Strings => field ??= new StringOpBuilder(this);
}
