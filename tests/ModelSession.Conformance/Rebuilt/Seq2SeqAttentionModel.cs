namespace ModelSessions.Conformance.Rebuilt;

/// <summary>An encoder and a decoder with additive attention, taught with the right symbols and asked without.</summary>
internal sealed class Seq2SeqAttentionModel : RebuiltModel
{
    private const int Length = 4;
    private const int Symbols = 9;
    private const int Hidden = 8;
    private const int Width = 5;

    public override string Name => "seq2seq_attention";

    // The zeros of gradients in branches are made in another way than Python's.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor source = g.Placeholder(DType.Int32, [-1, Length], "source"), lengths = g.Placeholder(DType.Int32, [-1], "source_length");
        GraphTensor target = g.Placeholder(DType.Int32, [-1, Length + 1], "target");
        GraphTensor logits;
        List<Decoded> greedy = [];
        using (g.VariableScope("seq2seq", initializer: Initializers.RandomUniform(-0.4, 0.4, 351)))
        {
            logits = Decode(g, source, lengths, target, greedy);
        }

        g.Stack([.. greedy.Select(step => (Operand)step.Symbol)], 1, "answer");
        g.Stack([.. greedy.Select(step => (Operand)step.Weights)], 1, "alignment");
        GraphTensor weight = g.SequenceMask(lengths + 1, Length + 1, DType.Float32);
        GraphTensor loss = g.Identity(g.Seq2Seq.SequenceLoss(logits, target, weight), "loss");
        Train(g, loss);
        g.InitializeVariables();
    }

    private static GraphTensor Decode(GraphBuilder g, GraphTensor source, GraphTensor lengths, GraphTensor target, List<Decoded> greedy)
    {
        GraphVariable table = g.GetVariable("embedding", [Symbols, Width]);
        GruCell encoder = new(Hidden, kernelInitializer: Initializers.RandomUniform(-0.4, 0.4, 352), name: "encoder");
        GruCell decoder = new(Hidden, kernelInitializer: Initializers.RandomUniform(-0.4, 0.4, 353), name: "decoder");
        RnnOutputs encoded = g.Rnn.StaticRnn(encoder, g.Unstack(g.EmbeddingLookup(table, source), axis: 1), sequenceLength: lengths);
        GraphTensor memory = g.Stack([.. encoded.Outputs.Select(output => (Operand)output)], 1);
        AttentionWrapper cell = new(decoder, new OwnAttention(g, memory, lengths), new() { OutputsAttention = false, HasScope = false });
        GraphVariable output = g.GetVariable("output", [2 * Hidden, Symbols]);
        GraphTensor rows = g.Element(g.ShapeOf(source), 0);
        TensorTree first = AttentionWrapper.WithCellState(cell.ZeroState(g, rows), encoded.State);
        GraphTensor go = g.Fill((Operand[])[rows], 1);
        Decoded step = new(null!, first, go);
        List<GraphTensor> logits = [];
        for (int t = 0; t <= Length; t++)
        {
            step = Step(g, cell, table, output, step);
            logits.Add(step.Logits);
            step = step with { Symbol = Column(g, target, t) };
        }

        GraphTensor trained = g.Stack([.. logits.Select(part => (Operand)part)], 1, "train_logits");
        step = new Decoded(null!, first, go);
        for (int t = 0; t <= Length; t++)
        {
            step = Step(g, cell, table, output, step);
            step = step with { Symbol = g.ArgMax(step.Logits, 1, DType.Int32) };
            greedy.Add(step);
        }

        return trained;
    }

    private static Decoded Step(GraphBuilder g, AttentionWrapper cell, GraphVariable table, GraphVariable output, Decoded before)
    {
        (GraphTensor said, TensorTree state) = cell.Call(g, g.EmbeddingLookup(table, before.Symbol), before.State);
        return new Decoded(g.MatMul(g.Concat([said, state[1]], 1), output), state, null!);
    }

    private static void Train(GraphBuilder g, GraphTensor loss)
    {
        GraphVariable[] variables = [.. g.Variables(CollectionKeys.TrainableVariables)];
        IReadOnlyList<Gradient?> gradients = Gradients.Of([loss], [.. variables.Select(variable => variable.Handle)]);
        GraphTensor[] clipped = [.. gradients.Select(gradient => g.ClipByNorm(gradient!.ToDense(g), 0.5))];
        GraphVariable step = g.GlobalStep();
        using GraphScope after = g.ControlDependencies(clipped.Select(gradient => gradient.Operation));
        new AdamOptimizer(0.02).ApplyGradients([.. clipped.Zip(variables, (gradient, variable) => new VariableGradient(Gradient.Of(gradient), variable))], step);
    }

    private static GraphTensor Column(GraphBuilder g, GraphTensor x, int column)
    {
        NodeAttributes masks = new() { ["begin_mask"] = 1, ["end_mask"] = 1, ["shrink_axis_mask"] = 2 };
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor begin = g.Constant(Tensor.From(0, column), "stack"), end = g.Constant(Tensor.From(0, column + 1), "stack_1");
        return g.Add("StridedSlice", scope.Name, masks, x, begin, end, g.Constant(Tensor.From(1, 1), "stack_2"));
    }

    private sealed record Decoded(GraphTensor Logits, TensorTree State, GraphTensor Symbol)
    {
        public GraphTensor Weights => State[3];
    }

    // Additive, with variables of its own names.
    private sealed class OwnAttention(GraphBuilder g, GraphTensor memory, GraphTensor lengths) : AttentionMechanism(memory, Product(g, memory))
    {
        private readonly GraphVariable _query = g.GetVariable("query", [Hidden, Hidden]), _factors = g.GetVariable("attention_v", [Hidden]);

        public override GraphTensor Align(GraphBuilder g, GraphTensor query)
        {
            GraphTensor score = g.Seq2Seq.BahdanauScore(g.MatMul(query, _query), Keys, _factors);
            return g.Softmax(g.Seq2Seq.MaskScore(score, lengths, -1e9));
        }

        private static GraphTensor Product(GraphBuilder g, GraphTensor memory)
        {
            GraphTensor rows = g.Reshape(memory, (long[])[-1, Hidden]);
            return g.Reshape(g.MatMul(rows, g.GetVariable("memory", [Hidden, Hidden])), (long[])[-1, Length, Hidden]);
        }
    }
}
