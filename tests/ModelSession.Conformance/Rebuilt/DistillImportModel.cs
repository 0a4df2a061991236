using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A frozen teacher is imported; a student learns what it says.</summary>
internal sealed class DistillImportModel : RebuiltModel
{
    public override string Name => "distill_import";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 6], "x");
        GraphTensor scaled = g.Add("Mul", "scaled", null, x, 0.5);
        GraphDef teacher = GraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "teacher_frozen.pb")));
        GraphImporter.Import(g.Graph, teacher, new GraphImportOptions { Prefix = "teacher", InputMap = new Dictionary<string, GraphTensor> { ["input:0"] = scaled } });
        GraphTensor target = g.Graph.Tensor("teacher/output:0");
        GraphVariable w1 = g.GetVariable("student/w1", [6, 10], Initializers.GlorotUniform(253)), b1 = g.GetVariable("student/b1", [10], Initializers.Zeros);
        GraphVariable w2 = g.GetVariable("student/w2", [10, 3], Initializers.GlorotUniform(254));
        GraphTensor logits = g.MatMul(g.Relu(g.MatMul(x, w1) + b1), w2, name: "student/logits");
        GraphTensor probabilities = g.Softmax(logits, "student/probabilities");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(g.StopGradient(target), logits), name: "loss");
        g.ReduceMax(g.Abs(probabilities - target), name: "gap");
        new AdamOptimizer(0.02).Minimize(loss, g.GlobalStep(), name: "train");
        g.InitializeVariables();
    }
}
