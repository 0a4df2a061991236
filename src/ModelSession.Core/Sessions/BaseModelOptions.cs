namespace ModelSessions;

/// <summary>What a new model is built on.</summary>
/// <param name="Session">A session, of which graph and values are copied; it is not changed.</param>
/// <param name="Scope">The scope that its names get in the new graph.</param>
public sealed record BaseModelOptions(ModelSession Session, string Scope = BaseModelOptions.DefaultScope)
{
    /// <summary>The scope unless told otherwise.</summary>
    public const string DefaultScope = "base";
}
