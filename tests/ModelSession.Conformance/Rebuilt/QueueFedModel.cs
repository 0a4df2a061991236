using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A layer whose batches come out of queues that the graph fills.</summary>
internal sealed class QueueFedModel : RebuiltModel
{
    public override string Name => "queue_fed";

    // The queues' closing and their summaries are not built: the steps fill them by hand.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphDef original = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.ckpt-0.meta"))).GraphDef;
        GraphTensor data = g.Constant(Value(original, "data/x"), "data/x"), truth = g.Constant(Value(original, "data/y"), "data/y");
        GraphTensor numbers = g.Sequence(0, 16, name: "indices/range");
        GraphTensor indices = g.Add("FIFOQueueV2", "indices", new() { ["component_types"] = (DType[])[DType.Int32], ["shapes"] = (Shape[])[Shape.Scalar], ["capacity"] = 32 });
        g.AddOperation("QueueEnqueueManyV2", "indices/indices_EnqueueMany", null, indices, numbers);
        GraphTensor index = g.Add("QueueDequeueV2", "index", new() { ["component_types"] = (DType[])[DType.Int32] }, indices);
        index.MergeShape(Shape.Scalar);
        DType[] types = [DType.Float32, DType.Int32];
        GraphTensor batches = g.Add("FIFOQueueV2", "batching/fifo_queue", new() { ["component_types"] = types, ["shapes"] = (Shape[])[[5], Shape.Scalar], ["capacity"] = 32 });
        g.AddOperation("QueueEnqueueV2", "batching/fifo_queue_enqueue", null, batches, g.Gather(data, index), g.Gather(truth, index));
        GraphOperation batch = g.AddOperation("QueueDequeueManyV2", "batching", new() { ["component_types"] = types }, batches, 8);
        batch.Outputs[0].MergeShape([8, 5]);
        batch.Outputs[1].MergeShape([8]);
        GraphTensor x = g.Identity(batch.Outputs[0], "batch_x");
        GraphVariable w = g.GetVariable("w", [5, 2], Initializers.RandomNormal(0, 0.2, 221)), b = g.GetVariable("b", [2], Initializers.Zeros);
        GraphTensor logits = g.Add("AddV2", "logits", null, g.MatMul(x, w), b);
        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(batch.Outputs[1], logits), name: "loss");
        new GradientDescentOptimizer(0.2).Minimize(loss, g.GlobalStep());
        g.InitializeVariables();
        g.NoOp("init_1");
    }

    private static Tensor Value(GraphDef graph, string constant) => TensorCodec.Parse(graph.Node.Single(node => node.Name == constant).Attr["value"].Tensor);
}
