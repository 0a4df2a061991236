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

        g.Stack([.. greedy.Select(step => (Operand)step.Symbol!)], 1, "answer");
        g.Stack([.. greedy.Select(step => (Operand)step.Weights)], 1, "alignment");
        GraphTensor weight = g.Cast(g.SequenceMask(lengths + 1, Length + 1), DType.Float32);
        GraphTensor cross = g.SparseSoftmaxCrossEntropy(target, logits);
        GraphTensor sum = g.ReduceSum(cross * weight);
        GraphTensor loss = g.Identity(sum / g.ReduceSum(weight), "loss");
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
        Attention attention = new(g, decoder, table, memory, lengths);
        GraphTensor go = g.Fill((Operand[])[g.Element(g.ShapeOf(source), 0)], 1);
        Decoded step = new(null!, encoded.State, g.ZerosLike(encoded.State), null!, go);
        List<GraphTensor> logits = [];
        for (int t = 0; t <= Length; t++)
        {
            step = attention.Step(step);
            logits.Add(step.Logits);
            step = step with { Symbol = Column(g, target, t) };
        }

        GraphTensor trained = g.Stack([.. logits.Select(part => (Operand)part)], 1, "train_logits");
        step = new Decoded(null!, encoded.State, g.ZerosLike(encoded.State), null!, go);
        for (int t = 0; t <= Length; t++)
        {
            step = attention.Step(step);
            step = step with { Symbol = g.ArgMax(step.Logits, 1, DType.Int32) };
            greedy.Add(step);
        }

        return trained;
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

    private sealed record Decoded(GraphTensor Logits, TensorTree State, GraphTensor Context, GraphTensor Weights, GraphTensor? Symbol);

    private sealed class Attention
    {
        private readonly GraphBuilder _g;
        private readonly GruCell _decoder;
        private readonly GraphVariable _table, _query, _scores, _output;
        private readonly GraphTensor _memory, _keys, _mask;

        public Attention(GraphBuilder g, GruCell decoder, GraphVariable table, GraphTensor memory, GraphTensor lengths)
        {
            (_g, _decoder, _table, _memory) = (g, decoder, table, memory);
            GraphVariable weights = g.GetVariable("memory", [Hidden, Hidden]);
            _query = g.GetVariable("query", [Hidden, Hidden]);
            _scores = g.GetVariable("attention_v", [Hidden]);
            _output = g.GetVariable("output", [2 * Hidden, Symbols]);
            GraphTensor rows = g.Reshape(memory, (long[])[-1, Hidden]);
            _keys = g.Reshape(g.MatMul(rows, weights), (long[])[-1, Length, Hidden]);
            _mask = g.SequenceMask(lengths, Length);
        }

        public Decoded Step(Decoded before)
        {
            GraphTensor input = _g.Concat([_g.EmbeddingLookup(_table, before.Symbol!), before.Context], 1);
            (GraphTensor output, TensorTree state) = _decoder.Call(_g, input, before.State);
            GraphTensor query = _g.ExpandDims(_g.MatMul(output, _query), 1);
            GraphTensor score = _g.ReduceSum(_g.Times(_scores, _g.Tanh(_keys + query)), 2);
            score = _g.Where(_mask, score, _g.Fill(_g.ShapeOf(score), -1e9));
            GraphTensor weights = _g.Softmax(score);
            GraphTensor context = _g.ReduceSum(_g.ExpandDims(weights, 2) * _memory, 1);
            return new Decoded(_g.MatMul(_g.Concat([output, context], 1), _output), state, context, weights, null);
        }
    }
}
