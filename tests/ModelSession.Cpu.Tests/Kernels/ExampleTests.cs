using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Kernels;

/// <summary>Features read from Example and SequenceExample messages. Expected values and codes are those of TensorFlow 2.16.</summary>
public sealed class ExampleTests
{
    private static readonly byte[] s_full = Message(("i", Ints(4, 5)), ("p", Floats(1, 2)), ("v", Floats(6, 7, 8)), ("s", Strings("x", "")));

    [Fact]
    public void Sparse_dense_and_ragged_features_of_a_batch()
    {
        using GraphSketch run = Open();

        byte[][] batch = [s_full, Message(("v", Floats(9)), ("i", Ints(-1)))];

        Assert.Equal([0L, 0, 0, 1, 1, 0], Fetch(run, 0, batch).Span<long>());
        Assert.Equal([4L, 5, -1], Fetch(run, 1, batch).Span<long>());
        Assert.Equal([2L, 2], Fetch(run, 2, batch).Span<long>());
        Assert.Equal([1f, 2, 30, 40], Fetch(run, 3, batch).Span<float>());
        Assert.Equal([6f, 7, 8, 9, -1, -1], Fetch(run, 4, batch).Span<float>());
        Assert.Equal(["x", ""], [Fetch(run, 5, batch).StringAt(0), Fetch(run, 5, batch).StringAt(1)]);
        Assert.Equal([0, 2, 2], Fetch(run, 6, batch).Span<int>());
    }

    [Fact]
    public void An_empty_batch_has_outputs_of_no_rows()
    {
        using GraphSketch run = Open();

        Assert.Equal([0, 2], Fetch(run, 0, []).Shape);
        Assert.Equal([0L, 0], Fetch(run, 2, []).Span<long>());
        Assert.Equal([0, 2], Fetch(run, 3, []).Shape);
        Assert.Equal([0, 0], Fetch(run, 4, []).Shape);
        Assert.Equal([0], Fetch(run, 6, []).Span<int>());
    }

    [Fact]
    public void The_last_of_repeated_features_counts()
    {
        using GraphSketch run = Open();

        byte[] message = [.. s_full, .. Message(("p", Floats(5, 6)), ("i", new Feature()))];

        Assert.Equal([5f, 6], Fetch(run, 3, message).Span<float>());
        Assert.Equal(0, Fetch(run, 1, message).Shape.ElementCount);
    }

    [Fact]
    public void Lists_may_be_unpacked_and_unknown_fields_are_passed_over()
    {
        using GraphSketch run = Open();

        byte[] message =
        [
            .. Entry("i", [0x1A, 5, 0x08, 3, 0x08, 0x81, 0x01]), .. Entry("p", [0x12, 10, 0x0D, 0, 0, 0x80, 0x3F, 0x0D, 0, 0, 0, 0x40]), 0x38, 1,
        ];

        Assert.Equal([3L, 129], Fetch(run, 1, message).Span<long>());
        Assert.Equal([1f, 2], Fetch(run, 3, message).Span<float>());
    }

    [Theory]
    [InlineData("p", new byte[] { 0x1A, 3, 0x0A, 1, 7 }, "Name: first, Key: p, Index: 0.  Data types don't match. Data type: int64 but expected type: float")]
    [InlineData("p", new byte[] { 0x12, 6, 0x0A, 4, 0, 0, 0x80, 0x3F }, "Number of float values != expected.  Values size: 1 but output shape: [2]")]
    [InlineData("i", new byte[] { 0x22, 0 }, "Unsupported datatype")]
    [InlineData("i", new byte[] { 0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F }, "Name: first, Key: i, Index: 0.  Can't parse serialized Example")]
    [InlineData("s", new byte[] { 0x0A, 6, 0x0A, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F }, "Key: s, Index: 0.  Can't parse")]
    [InlineData("v", new byte[] { 0x12, 7, 0x0A, 5, 0, 0, 0x80, 0x3F, 0 }, "Key: v, Index: 0.  Can't parse")]
    public void A_feature_of_other_kind_or_damaged_is_named(string key, byte[] feature, string message)
    {
        using GraphSketch run = Open();

        EngineException error = Assert.Throws<EngineException>(() => run.Run("parse:0", Feeds([Entry(key, feature)], "first")));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_ends_in_a_value_or_an_invalid_argument()
    {
        using GraphSketch run = Open();

        for (int i = 0; i < s_full.Length; i++)
        {
            Attempt(run, s_full[..i]);
            foreach (byte mask in (ReadOnlySpan<byte>)[0x01, 0x08, 0x80, 0xFF])
            {
                byte[] changed = [.. s_full];
                changed[i] ^= mask;
                Attempt(run, changed);
            }
        }
    }

    [Fact]
    public void Lists_of_features_are_padded_to_the_longest_and_their_lengths_are_told()
    {
        using GraphSketch run = OpenSequences();
        byte[] two = Sequence(Floats(1, 2), Floats(3, 4)), none = new SequenceExample().ToByteArray();
        Tensor Read(int output) => run.Run($"parse:{output}", ("bytes:0", Bytes(two, none)));

        Assert.Equal([2, 2, 2], Read(0).Shape);
        Assert.Equal([1f, 2, 3, 4, 0, 0, 0, 0], Read(0).Span<float>());
        Assert.Equal([2L, 0], Read(1).Span<long>());
    }

    [Fact]
    public void A_list_that_must_be_there_is_named()
    {
        using GraphSketch run = OpenSequences(mayLack: false);

        EngineException error = Assert.Throws<EngineException>(() => run.Run("parse:0", ("bytes:0", Bytes([[]]))));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains("Feature list 'l' is required but could not be found", error.Message, StringComparison.Ordinal);
    }

    // Outputs: sparse places 0, values 1, shape 2; dense 3 (two floats), 4 (floats of any number); ragged values 5, splits 6.
    private static GraphSketch Open()
    {
        GraphSketch sketch = new();
        sketch.Node(
            "ParseExampleV2",
            "parse",
            [
                sketch.Placeholder("bytes", Shape.Unknown, DType.String),
                sketch.Placeholder("names", Shape.Unknown, DType.String),
                sketch.Const("sparse", Tensor.FromStrings(["i"], [1])),
                sketch.Const("dense", Tensor.FromStrings(["p", "v"], [2])),
                sketch.Const("ragged", Tensor.FromStrings(["s"], [1])),
                sketch.Const("pair", Tensor.From(30f, 40f)),
                sketch.Const("pad", -1f),
            ],
            ("num_sparse", new AttrValue { I = 1 }),
            ("sparse_types", Types(DType.Int64)),
            ("Tdense", Types(DType.Float32, DType.Float32)),
            ("dense_shapes", Shapes([2], [-1])),
            ("ragged_value_types", Types(DType.String)),
            ("ragged_split_types", Types(DType.Int32)));
        return sketch;
    }

    // The list "l" of pairs in output 0, its lengths in output 1.
    private static GraphSketch OpenSequences(bool mayLack = true)
    {
        GraphSketch sketch = new();
        GraphTensor none = sketch.Const("none", Tensor.FromStrings([], [0])), key = sketch.Const("key", Tensor.FromStrings(["l"], [1]));
        sketch.Node(
            "ParseSequenceExampleV2",
            "parse",
            [sketch.Placeholder("bytes", Shape.Unknown, DType.String), none, none, none, none, none, key, none, sketch.Const("lacks", Tensor.From(mayLack))],
            ("Nfeature_list_dense", new AttrValue { I = 1 }),
            ("feature_list_dense_types", Types(DType.Float32)),
            ("feature_list_dense_shapes", Shapes([2])));
        return sketch;
    }

    private static AttrValue Types(params DType[] types) => new() { List = new() { Type = { types.Select(type => (DataType)(int)type) } } };

    private static AttrValue Shapes(params Shape[] shapes) => new() { List = new() { Shape = { shapes.Select(shape => GraphSketch.Shape(shape).Shape) } } };

    private static (string, Tensor)[] Feeds(byte[][] messages, params string[] names) =>
        [("bytes:0", Bytes(messages)), ("names:0", Tensor.FromStrings(names, [names.Length]))];

    private static Tensor Fetch(GraphSketch run, int output, params byte[][] messages) => run.Run($"parse:{output}", Feeds(messages));

    private static void Attempt(GraphSketch run, byte[] message)
    {
        try
        {
            _ = Fetch(run, 5, message);
        }
        catch (EngineException e)
        {
            Assert.Equal(StatusCode.InvalidArgument, e.Code);
        }
    }

    private static Tensor Bytes(params byte[][] values)
    {
        TensorProto proto = new() { Dtype = DataType.DtString, TensorShape = GraphSketch.Shape([values.Length]).Shape };
        proto.StringVal.AddRange(values.Select(ByteString.CopyFrom));
        return TensorCodec.Parse(proto);
    }

    private static byte[] Message(params (string Key, Feature Value)[] features)
    {
        Example example = new() { Features = new() };
        foreach ((string key, Feature value) in features)
        {
            example.Features.Feature.Add(key, value);
        }

        return example.ToByteArray();
    }

    private static byte[] Entry(string key, byte[] feature)
    {
        byte[] entry = [0x0A, 1, (byte)key[0], 0x12, (byte)feature.Length, .. feature];
        byte[] map = [0x0A, (byte)entry.Length, .. entry];
        return [0x0A, (byte)map.Length, .. map];
    }

    private static byte[] Sequence(params Feature[] frames) =>
        new SequenceExample { FeatureLists = new() { FeatureList = { ["l"] = new FeatureList { Feature = { frames } } } } }.ToByteArray();

    private static Feature Ints(params long[] values) => new() { Int64List = new() { Value = { values } } };

    private static Feature Floats(params float[] values) => new() { FloatList = new() { Value = { values } } };

    private static Feature Strings(params string[] values) => new() { BytesList = new() { Value = { values.Select(ByteString.CopyFromUtf8) } } };
}
