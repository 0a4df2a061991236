using ModelSessions.Files;

namespace ModelSessions.Tests.Graphs;

/// <summary>A MetaGraph of TensorFlow's trains on, in a scope as without one.</summary>
public sealed class ScopedTrainingTests
{
    [Theory]
    [InlineData("mlp_ref")]
    [InlineData("mlp_resource")]
    public void An_imported_MetaGraph_trains_in_a_scope_bit_for_bit_as_without(string name)
    {
        string folder = SharedData.Require($"golden/files/meta/{name}");

        (float loss, float[] weights) = Train(folder, "");
        (float scopedLoss, float[] scopedWeights) = Train(folder, "net");

        Assert.Equal(weights, scopedWeights);
        Assert.Equal(loss, scopedLoss);
        Assert.True(loss < Train(folder, "", steps: 0).Loss);
    }

    private static (float Loss, float[] Weights) Train(string folder, string scope, int steps = 5)
    {
        MetaGraphImportResult imported = MetaGraphFile.Import(Path.Combine(folder, "graph.meta"), new MetaGraphImportOptions { Scope = scope });
        string prefix = scope.Length == 0 ? "" : scope + "/";
        string train = Assert.Single(imported.Graph.Collections.Names(CollectionKeys.TrainOp));
        Assert.StartsWith(prefix, train, StringComparison.Ordinal);
        using IEngineSession session = new CpuEngine().Open(imported.Graph, new EngineOptions());
        using CheckpointReader checkpoint = CheckpointReader.Open(Path.Combine(folder, "model.ckpt"));
        foreach (VariableInfo variable in session.Variables)
        {
            session.WriteVariable(variable.Name, checkpoint.Read(variable.Name[prefix.Length..]));
        }

        Tensor x = Tensor.From<float>([1, 2, 3, -1, 0.5f, 0.25f], [2, 3]);
        Tensor[] loss = new Tensor[1];
        for (int i = 0; i < steps; i++)
        {
            session.Prepare(new RunSignature([$"{prefix}x:0"], [], [train])).Run([x], [], CancellationToken.None);
        }

        session.Prepare(new RunSignature([$"{prefix}x:0"], [$"{prefix}loss:0"], [])).Run([x], loss, CancellationToken.None);
        return (loss[0].ToScalar<float>(), session.ReadVariable($"{prefix}l1/w")!.Span<float>().ToArray());
    }
}
