namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Takes the values of a checkpoint of the same graph into this session.</summary>
    /// <exception cref="MissingVariableException">Variables of the graph are not in the checkpoint; nothing is changed then.</exception>
    /// <exception cref="ModelFileException">The checkpoint is damaged; the session may be torn then.</exception>
    public void Load(CheckpointInfo checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        using CheckpointReader reader = CheckpointReader.Open(checkpoint.Prefix);
        CheckpointFit.Check(_saver.Variables, Engine.Variables, reader, checkpoint);
        Initialize(Roles.InitializeLocal);
        // Until all are read: damage in the middle leaves some of this checkpoint and some of before.
        IsTorn = true;
        foreach (SavedVariable variable in _saver.Variables)
        {
            Engine.WriteVariable(variable.Name, reader.Borrow(variable.CheckpointName));
        }

        if (reader.Find(SessionState.TensorName) is not null)
        {
            SessionState state = SessionState.Parse(reader.Read(SessionState.TensorName), checkpoint.Prefix);
            Engine.RestoreState(state.Generators);
            Position = state.Position;
        }

        Checkpoint = checkpoint;
        IsTorn = HasChanged = false;
    }
}
