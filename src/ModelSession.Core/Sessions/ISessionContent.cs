namespace ModelSessions;

/// <summary>What a session consists of.</summary>
/// <remarks>An interface, as <see cref="IGraphContent"/> is: below another object, a session in front of another one, ConvertTo-Json tells what it
/// is, not all that it holds.</remarks>
public interface ISessionContent
{
    /// <summary>The running graph, for what a session has no word for.</summary>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    IEngineSession Engine { get; }

    /// <summary>The session whose predictions are this one's inputs; null for none. Where this one is trained or evaluated, examples go into the
    /// front. It is trained along, by the gradients of this one's inputs (role <see cref="Roles.InputGradients"/>), if it says where it takes
    /// them (<see cref="Roles.OutputGradients"/>): then the two learn as the one graph would that is put together from both. Each is saved by itself;
    /// where a training saves this one, it saves the front, too, if that has a folder.</summary>
    /// <exception cref="GraphException">The front comes, by its own fronts, from this session.</exception>
    ModelSession? Front { get; set; }

    /// <summary>What became of each variable when the session was last restored; null if it never was.</summary>
    RestoreReport? LastRestore { get; }

    /// <summary>The saver of all variables, or the one that the graph was saved with.</summary>
    Saver Saver { get; }

    /// <summary>All savers, <see cref="Saver"/> first.</summary>
    IReadOnlyList<Saver> Savers { get; }

    /// <summary>The variables, as they are now.</summary>
    IReadOnlyList<VariableInfo> Variables { get; }
}

/// <summary>What a session consists of, as properties of it.</summary>
public static class SessionContent
{
    extension(ModelSession session)
    {
        /// <inheritdoc cref="ISessionContent.Engine"/>
        public IEngineSession Engine => ((ISessionContent)session).Engine;

        /// <inheritdoc cref="ISessionContent.Front"/>
        public ModelSession? Front
        {
            get => ((ISessionContent)session).Front;
            set => ((ISessionContent)session).Front = value;
        }

        /// <inheritdoc cref="ISessionContent.LastRestore"/>
        public RestoreReport? LastRestore => ((ISessionContent)session).LastRestore;

        /// <inheritdoc cref="ISessionContent.Saver"/>
        public Saver Saver => ((ISessionContent)session).Saver;

        /// <inheritdoc cref="ISessionContent.Savers"/>
        public IReadOnlyList<Saver> Savers => ((ISessionContent)session).Savers;

        /// <inheritdoc cref="ISessionContent.Variables"/>
        public IReadOnlyList<VariableInfo> Variables => ((ISessionContent)session).Variables;
    }
}
