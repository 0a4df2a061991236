namespace ModelSessions;

/// <summary>What a saver saves.</summary>
/// <remarks>An interface, as <see cref="IGraphContent"/> is, for the sake of ConvertTo-Json.</remarks>
public interface ISaverContent
{
    /// <summary>The variables that it saves and restores.</summary>
    IReadOnlyList<SavedVariable> Variables { get; }
}

/// <summary>What a saver saves, as a property of it.</summary>
public static class SaverContent
{
    extension(Saver saver)
    {
        /// <inheritdoc cref="ISaverContent.Variables"/>
        public IReadOnlyList<SavedVariable> Variables => ((ISaverContent)saver).Variables;
    }
}
