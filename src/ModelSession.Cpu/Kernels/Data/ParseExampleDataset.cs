using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Features read from batches of tf.train.Example messages: components in the order of their keys, sparse ones packed as variants. The
/// parser is the op's own, run as a function of one node.</summary>
internal sealed class ParseExampleDataset : Dataset
{
    private readonly Dataset _input;
    private readonly FunctionGraph _parser;
    private readonly Tensor[] _defaults;
    private readonly int _sparse;
    private readonly int[] _order;

    private ParseExampleDataset(DatasetArguments a, string[] sparseKeys, string[] denseKeys)
        : base(a.Types, a.Shapes)
    {
        _input = a.Input;
        _defaults = a.Tensors("dense_defaults");
        _parser = Parser(a.Node, sparseKeys, denseKeys);
        _sparse = sparseKeys.Length;
        string[] keys = [.. sparseKeys, .. denseKeys];
        _order = [.. Enumerable.Range(0, keys.Length).OrderBy(i => keys[i], StringComparer.Ordinal)];
    }

    public override long Cardinality => _input.Cardinality;

    /// <summary>The dataset that a node asks for.</summary>
    /// <exception cref="EngineException">Its inputs are no strings, or it asks for ragged tensors.</exception>
    public static ParseExampleDataset Of(DatasetArguments a)
    {
        if (a.Node.Attributes.TryGetValue("ragged_keys", out AttrValue? ragged) && ragged.List.S.Count > 0)
        {
            throw new EngineException(StatusCode.Unimplemented, "Ragged features of datasets are not supported.");
        }

        return a.Input.Types is [DType.String]
            ? new ParseExampleDataset(a, Keys(a.Node, "sparse_keys"), Keys(a.Node, "dense_keys"))
            : throw Failure.Invalid("Input dataset should be a dataset of vectors of strings.");
    }

    protected override DatasetIterator Begin(Iteration iteration) =>
        new Iterator(this, _input.Open(iteration), new DatasetFunction(new Function(iteration.Session, _parser), _defaults));

    private static string[] Keys(GraphOperation node, string attribute) => [.. node.ByteStrings(attribute).Select(Encoding.Latin1.GetString)];

    private static FunctionGraph Parser(GraphOperation node, string[] sparseKeys, string[] denseKeys)
    {
        Graph graph = new(node.Graph, $"{node.Name}/parse");
        GraphTensor messages = Argument(graph, "messages", DType.String);
        GraphTensor[] defaults = [.. node.DTypeList("Tdense").Select((dtype, i) => Argument(graph, $"default_{i}", dtype))];
        NodeSpec spec = new()
        {
            Type = "ParseExampleV2",
            Name = "parse",
            Inputs =
            [
                messages, Strings(graph, "names", []), Strings(graph, "sparse_keys", sparseKeys), Strings(graph, "dense_keys", denseKeys),
                Strings(graph, "ragged_keys", []), .. defaults,
            ],
            Attributes = { ["num_sparse"] = new AttrValue { I = sparseKeys.Length } },
        };
        foreach (string same in (string[])["sparse_types", "Tdense", "dense_shapes"])
        {
            spec.Attributes.Add(same, node.Attributes[same].Clone());
        }

        foreach (string empty in (string[])["ragged_value_types", "ragged_split_types"])
        {
            spec.Attributes.Add(empty, new AttrValue { List = new AttrValue.Types.ListValue() });
        }

        return new FunctionGraph(graph.FunctionName!, graph, [messages, .. defaults], [.. graph.Add(spec).Outputs], []);
    }

    private static GraphTensor Argument(Graph graph, string name, DType dtype) =>
        graph.Add(new NodeSpec { Type = "Placeholder", Name = name, Attributes = { ["dtype"] = new AttrValue { Type = dtype.ToProto() } } }).Outputs[0];

    private static GraphTensor Strings(Graph graph, string name, string[] values)
    {
        Tensor vector = Tensor.Zeros(DType.String, [values.Length]);
        for (int i = 0; i < values.Length; i++)
        {
            vector.Objects[i] = Encoding.Latin1.GetBytes(values[i]);
        }

        return graph.Add(new NodeSpec
        {
            Type = "Const",
            Name = name,
            Attributes = { ["value"] = new AttrValue { Tensor = TensorCodec.ToProto(vector) }, ["dtype"] = new AttrValue { Type = DataType.DtString } },
        }).Outputs[0];
    }

    private sealed class Iterator(ParseExampleDataset dataset, DatasetIterator input, DatasetFunction parser) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context)
        {
            if (input.Next(context) is not { } batch)
            {
                return null;
            }

            Tensor[] parsed = parser.Call(context, batch);
            return [.. dataset._order.Select(i => Component(parsed, i))];
        }

        // All places, then all values, then all shapes, then what is dense.
        private Tensor Component(Tensor[] parsed, int i)
        {
            int sparse = dataset._sparse;
            if (i >= sparse)
            {
                return parsed[2 * sparse + i];
            }

            Tensor packed = Tensor.Zeros(DType.Variant, [3]);
            (packed.Objects[0], packed.Objects[1], packed.Objects[2]) = (parsed[i], parsed[sparse + i], parsed[2 * sparse + i]);
            return packed;
        }
    }
}
