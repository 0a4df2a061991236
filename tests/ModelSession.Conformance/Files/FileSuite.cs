namespace ModelSessions.Conformance.Files;

/// <summary>Runs all cases of a folder with the schema of golden/files.</summary>
/// <param name="folder">The folder with the index.</param>
/// <param name="engine">Runs the graphs of those cases that must run one.</param>
public sealed class FileSuite(string folder, IEngine engine)
{
    // A category, and what must hold of its cases.
    private static readonly Dictionary<string, Action<FileCase, IEngine>> s_checks = new(StringComparer.Ordinal)
    {
        ["bad_graph"] = GraphCases.Check,
        ["checkpoint_corrupt"] = (c, _) => DamagedCheckpoints.Check(c),
        ["checkpoint_state"] = (c, _) => CheckpointStateCases.Check(c),
        ["checkpoint_v1"] = CheckpointCases.Check,
        ["checkpoint_v2"] = CheckpointCases.Check,
        ["events"] = (c, _) => EventCases.CheckSound(c),
        ["events_bad"] = (c, _) => EventCases.CheckDamaged(c),
        ["frozen"] = FrozenCases.Check,
        ["fuzz_checkpoint"] = (c, _) => DamagedCheckpoints.CheckMutants(c),
        ["fuzz_graph"] = GraphCases.CheckMutants,
        ["graph_corrupt"] = GraphCases.Check,
        ["import_graph_def"] = (c, _) => ImportGraphCases.Check(c),
        ["meta"] = MetaCases.Check,
        ["meta_corrupt"] = MetaCorruptCases.Check,
        ["meta_import"] = (c, _) => MetaImportCases.Check(c),
        ["retention"] = RetentionCases.Check,
        ["saved_model"] = SavedModelCases.Check,
        ["saved_model_corrupt"] = SavedModelCorruptCases.Check,
        ["stress"] = StressCases.Check,
        ["text_format"] = (c, _) => TextFormatCases.Check(c),
        ["tfrecord"] = (c, _) => TFRecordCases.CheckSound(c),
        ["tfrecord_bad"] = (c, _) => TFRecordCases.CheckDamaged(c),
    };

    /// <summary>Runs the cases that a filter takes; one outcome each.</summary>
    public IEnumerable<Outcome> Run(Func<string, bool> filter) => FileCase.ReadAll(Path.GetFullPath(folder)).Where(c => filter(c.Id)).Select(Run);

    private Outcome Run(FileCase c) => s_checks.TryGetValue(c.Category, out Action<FileCase, IEngine>? check)
        ? Attempt.Run(c.Category, c.Id, () => check(c, engine))
        : new Outcome(c.Category, c.Id, Verdict.Skipped, $"cases of the category '{c.Category}' cannot be checked");
}
