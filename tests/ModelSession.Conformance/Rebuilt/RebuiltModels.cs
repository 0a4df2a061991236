namespace ModelSessions.Conformance.Rebuilt;

/// <summary>The golden models that are rebuilt.</summary>
internal static class RebuiltModels
{
    /// <summary>All, one line a model, alphabetical.</summary>
    public static IReadOnlyList<RebuiltModel> All { get; } =
    [
        new BlogEmbeddingModel(),
        new CifarLrnModel(),
        new CnnBatchNormModel(),
        new CondDropoutModel(),
        new ConvAutoencoderModel(),
        new DebugOpsModel(),
        new DistillImportModel(),
        new EmaMlpModel(),
        new FunctionalControlFlowModel(),
        new GanModel(),
        new GruDynamicModel(),
        new LayersApiModel(),
        new LinearRegressionModel(),
        new LinearRegressionV1SaverModel(),
        new LstmStaticModel(),
        new MlpMomentumL2Model(),
        new MnistCnnModel("mnist_cnn_full", 32, 64, 1024, 100, handWrittenLoss: true),
        new MnistCnnModel("mnist_cnn_small", 4, 8, 32, 200, handWrittenLoss: false),
        new MultiTowerModel(),
        new PartitionedShardedModel(),
        new QueueFedModel(),
        new ResnetFinetuneModel(),
        new ResnetPretrainModel(),
        new SampledSoftmaxModel(),
        new ScaffoldGraphModel(),
        new Seq2SeqAttentionModel(),
        new SoftmaxMnistModel(),
        new StringsAndTablesModel(),
        new TfDataFedModel(),
        new VaeModel(),
        new WideAndDeepModel(),
        new Word2VecNceModel(),
    ];
}
