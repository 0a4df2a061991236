namespace ModelSessions;

/// <content>The families of parts of models.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Layers with variables of their own: <c>tf.layers</c>.</summary>
    public LayerBuilder Layers => field ??= new LayerBuilder(this);
}
