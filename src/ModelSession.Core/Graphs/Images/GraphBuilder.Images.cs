namespace ModelSessions;

/// <content>Images.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Images as data of a training: <c>tf.image</c>.</summary>
    public ImageBuilder Images => field ??= new(this);
}
