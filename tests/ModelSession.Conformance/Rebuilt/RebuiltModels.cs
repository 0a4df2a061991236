namespace ModelSessions.Conformance.Rebuilt;

/// <summary>The golden models that are rebuilt.</summary>
internal static class RebuiltModels
{
    /// <summary>All, one line a model, alphabetical.</summary>
    public static IReadOnlyList<RebuiltModel> All { get; } =
    [
        new CifarLrnModel(),
        new DebugOpsModel(),
        new EmaMlpModel(),
        new GanModel(),
        new LinearRegressionModel(),
        new MlpMomentumL2Model(),
        new MultiTowerModel(),
        new PartitionedShardedModel(),
        new SoftmaxMnistModel(),
        new WideAndDeepModel(),
    ];
}
