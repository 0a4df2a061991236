namespace ModelSessions;

/// <content>Control flow by functions.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Branches and loops whose parts are functions, as TensorFlow 2 writes them.</summary>
    public FunctionalBuilder Functional => field ??= new FunctionalBuilder(this);
}
