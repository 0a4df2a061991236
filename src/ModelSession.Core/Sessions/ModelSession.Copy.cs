using ModelSessions.Protos;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>A second session of the same graph that stands where this one stands: values of variables, random generators, the position in
    /// a dataset. Trained alike, both give the same numbers; neither changes the other. Tables are filled anew, queues begin empty.</summary>
    /// <param name="directory">The copy's own folder; null for none yet, so that two sessions do not save over each other.</param>
    /// <param name="engineName">The engine that runs the copy; null to choose as this session's was chosen.</param>
    /// <param name="progress">Is told how many bytes of values are copied; null for nobody.</param>
    /// <param name="cancel">Ends it between variables; there is no copy then.</param>
    /// <exception cref="EngineException">The session is torn.</exception>
    /// <exception cref="UnsupportedFeatureException">There is no such engine, or it cannot run the graph.</exception>
    public ModelSession Copy(string? directory = null, string? engineName = null, Action<WorkProgress>? progress = null, CancellationToken cancel = default)
    {
        _ = EngineChoice.Among(_options.Engines, engineName);
        using Turn turn = Alone(cancel);
        CheckWhole();
        Record(Binding).WriteTo(Graph.Collections);
        MetaGraphDef definition = MetaGraphExporter.Export(Graph, new MetaGraphExportOptions { Saver = Saver.Definition }).Clone();
        ModelOpening opening = Opening(MetaGraphImporter.Import(definition, new MetaGraphImportOptions { KeepDevices = true }), $"The copy of '{this}'", []) with
        {
            Signatures = _signatures,
            Assets = _assets,
        };
        SessionOptions options = _options with { EngineName = engineName ?? _options.EngineName, Directory = directory, Seed = _graphSeed, Structure = null, Binding = null, Scope = "", Restore = null };
        return Ready(Open(opening, options), copy => copy.StandAs(this, progress, cancel));
    }

    private void StandAs(ModelSession source, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        _start = source._start;
        if (_start is not null)
        {
            RunStart(_start, cancel);
        }
        else
        {
            InitializeLocal(guess: true);
        }

        CopyVariables(source, name => name, cancel, progress);
        StateSections = source.StateSections.DeepClone().AsObject();
        Engine.RestartGenerators(GivenSeed);
        Engine.RestoreState(source.Engine.CaptureState());
        Position = source.Position;
        Checkpoint = source.Checkpoint;
        HasChanged = source.HasChanged;
        UnsavedSteps = source.UnsavedSteps;
    }
}
