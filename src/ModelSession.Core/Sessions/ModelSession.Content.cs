namespace ModelSessions;

/// <content>What a session consists of, for all who see its interface alone.</content>
public sealed partial class ModelSession
{
    IEngineSession ISessionContent.Engine => Engine;

    ModelSession? ISessionContent.Front
    {
        get => Front;
        set => Front = value;
    }

    RestoreReport? ISessionContent.LastRestore => LastRestore;

    Saver ISessionContent.Saver => Saver;

    IReadOnlyList<Saver> ISessionContent.Savers => Savers;

    IReadOnlyList<VariableInfo> ISessionContent.Variables => Variables;
}
