using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A network whose batches come out of a dataset in the graph.</summary>
internal sealed class TfDataFedModel : RebuiltModel
{
    public override string Name => "tf_data_fed";

    // Functions have other names, and the dataset has no options.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphDef original = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.ckpt-0.meta"))).GraphDef;
        GraphDataset data = g.Datasets.FromTensorSlices(Value(original, "normalize_element/component_0"), Value(original, "normalize_element/component_1"));
        data = data.Map((f, element) => [(element[0] * 0.5) + 0.1, f.OneHot(element[1], 3)]).Batch(10).Repeat();
        GraphIterator iterator = data.MakeInitializableIterator();
        GraphTensor[] batch = iterator.GetNext();
        GraphTensor x = g.Identity(batch[0], "batch_x");
        GraphVariable w1 = g.GetVariable("w1", [6, 9], Initializers.HeUniform(231)), w2 = g.GetVariable("w2", [9, 3], Initializers.LecunNormal(232));
        GraphTensor logits = g.MatMul(g.Add("Softsign", g.MatMul(x, w1)), w2, name: "logits");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(batch[1], logits), name: "loss");
        GraphVariable step = g.GlobalStep();
        new AdamOptimizer(0.03).Minimize(loss, step);
        g.AddToCollection("table_initializer", iterator.Initializer!);
        g.Tables.Initialize();
        g.InitializeVariables();
    }

    private static Tensor Value(GraphDef graph, string constant) => TensorCodec.Parse(graph.Node.Single(node => node.Name == constant).Attr["value"].Tensor);
}
