using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A classifier of sentences: words are looked up in tables.</summary>
internal sealed class StringsAndTablesModel : RebuiltModel
{
    public override string Name => "strings_and_tables";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphDef original = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.ckpt-0.meta"))).GraphDef;
        GraphTensor examples = g.Placeholder(DType.String, [-1], "examples");
        Dictionary<string, FixedFeature> features = new() { ["text"] = new(DType.String, Shape.Scalar, Tensor.Scalar("")) };
        GraphTensor text = g.ParseExample(examples, features)["text"];
        GraphTensor sentences = g.Add("PlaceholderWithDefault", "sentences", new() { ["shape"] = new Shape(-1) }, text);
        GraphTensor names = g.Placeholder(DType.String, [-1], "classes");
        GraphTensor vocabulary = g.Constant(TensorCodec.Parse(Node(original, "vocabulary").Attr["value"].Tensor), "vocabulary");
        LookupTable words = g.Tables.Vocabulary(vocabulary, 2, "words", SharedName(original, "hash_table"));
        LookupTable classes = g.Tables.HashTable(
            Tensor.FromStrings(["negative", "positive"], [2]), Tensor.From<long>(0, 1), -1, "class_ids", SharedName(original, "class_ids"));
        GraphSparseTensor split = g.Strings.Split(sentences);
        GraphSparseTensor ids = words.Lookup(split);
        GraphSparseTensor hashed = split with { Values = g.Strings.ToHashBucketFast(split.Values, 10, "hashed") };
        GraphVariable e1 = g.GetVariable("words_embedding", [14, 4], Initializers.RandomUniform(-0.3, 0.3, 321));
        GraphVariable e2 = g.GetVariable("hash_embedding", [10, 3], Initializers.RandomUniform(-0.3, 0.3, 322));
        Operand[] both = [g.EmbeddingLookupSparse(e1, ids), g.EmbeddingLookupSparse(e2, hashed, combiner: Combiner.SqrtN)];
        GraphTensor h = g.Concat(both, 1);
        GraphTensor logits = g.MatMul(h, g.GetVariable("w", [7, 2], Initializers.GlorotUniform(323)), name: "logits");
        GraphTensor y = classes.Lookup(names);
        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits), name: "loss");
        g.ReduceMean(g.Cast(g.Equal(g.ArgMax(logits, 1), y), DType.Float32), name: "accuracy");
        new AdagradOptimizer(0.5).Minimize(loss, g.GlobalStep());
        GraphTensor answers = g.Constant(Tensor.FromStrings(["negative", "positive"], [2]));
        g.Gather(answers, g.ArgMax(logits, 1), name: "answer");
        g.Tables.Initialize();
        g.InitializeVariables();
    }

    private static NodeDef Node(GraphDef graph, string name) => graph.Node.Single(node => node.Name == name);

    // TensorFlow invents them.
    private static string SharedName(GraphDef graph, string table) => Node(graph, table).Attr["shared_name"].S.ToStringUtf8();
}
