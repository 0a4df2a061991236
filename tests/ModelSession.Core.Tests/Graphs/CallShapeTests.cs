using System.Diagnostics;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

/// <summary>What is known of the results of calls; the shapes are those that TensorFlow 2.16 infers.</summary>
public sealed class CallShapeTests
{
    [Theory]
    [InlineData("PartitionedCall")]
    [InlineData("StatefulPartitionedCall")]
    public void A_call_gives_what_the_body_makes_of_its_arguments(string type)
    {
        Graph graph = GraphImporter.Import(Reshaping(type, 3, 2));

        Assert.Equal([3, 2], graph.Tensor("call:0").Shape);
        Assert.Equal([2, 3], graph.Tensor("call:1").Shape);

        GraphBuilder g = graph.Builder;
        GraphOperation again = graph.Add(new NodeSpec
        {
            Type = type,
            Name = "again",
            Inputs = [g.Placeholder(DType.Float32, [-1, 4]), g.Constant(Tensor.From(-1, 2))],
            Attributes = { ["f"] = Function("reshape"), ["Tin"] = Types(DataType.DtFloat, DataType.DtInt32), ["Tout"] = Types(DataType.DtFloat, DataType.DtFloat) },
        });
        Assert.Equal([-1, 2], again.Outputs[0].Shape);
        Assert.Equal([-1, 4], again.Outputs[1].Shape);
    }

    [Fact]
    public void A_body_that_does_not_fit_the_arguments_is_refused()
    {
        GraphException error = Assert.Throws<GraphException>(() => GraphImporter.Import(Reshaping("PartitionedCall", 4, 2)));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains("'reshape'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_that_states_no_shapes_keeps_those_of_its_inputs()
    {
        GraphDef definition = Reshaping("PartitionedCall", 3, 2);
        definition.Node.Add(Node("loop", "While", ["x", "n"], ("T", Types(DataType.DtFloat, DataType.DtInt32)), ("cond", Function("reshape")), ("body", Function("reshape"))));

        Assert.Equal([2, 3], GraphImporter.Import(definition.Clone()).Tensor("loop:0").Shape);

        AttrValue one = new() { List = new() };
        one.List.Shape.Add(new Shape(7).ToProto());
        definition.Node[^1].Attr["output_shapes"] = one;
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<GraphException>(() => GraphImporter.Import(definition)).Code);
    }

    // Each function calls the next one twice, with 2n and 2n + 1 elements: two to the power of forty ways through them.
    [Fact]
    public void Functions_that_call_each_other_with_ever_other_shapes_are_not_followed_without_end()
    {
        GraphDef definition = new() { Library = new FunctionDefLibrary() };
        for (int i = 0; i < 40; i++)
        {
            FunctionDef function = Signature($"f{i}", ("x", DataType.DtFloat));
            function.NodeDef.Add(Node("axis", "Const", [], ("dtype", Type(DataType.DtInt32)), ("value", Value(Tensor.Scalar(0)))));
            function.NodeDef.Add(Node("one", "Const", [], ("dtype", Type(DataType.DtFloat)), ("value", Value(Tensor.From(1f)))));
            function.NodeDef.Add(Concat("even", "x", "x"));
            function.NodeDef.Add(Concat("odd", "x", "x", "one:output:0"));
            if (i < 39)
            {
                function.NodeDef.Add(Call("a", "PartitionedCall", $"f{i + 1}", ["even:output:0"], [DataType.DtFloat], [DataType.DtFloat]));
                function.NodeDef.Add(Call("b", "PartitionedCall", $"f{i + 1}", ["odd:output:0"], [DataType.DtFloat], [DataType.DtFloat]));
            }

            function.Signature.OutputArg.Add(new OpDef.Types.ArgDef { Name = "y", Type = DataType.DtFloat });
            function.Ret.Add("y", "x");
            definition.Library.Function.Add(function);
        }

        definition.Node.Add(Node("x", "Placeholder", [], ("dtype", Type(DataType.DtFloat)), ("shape", new AttrValue { Shape = new Shape(1).ToProto() })));
        definition.Node.Add(Call("call", "PartitionedCall", "f0", ["x"], [DataType.DtFloat], [DataType.DtFloat]));
        Stopwatch time = Stopwatch.StartNew();

        Assert.Equal([1], GraphImporter.Import(definition).Tensor("call").Shape);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), $"{time.Elapsed}");

        static NodeDef Concat(string name, params string[] inputs) => Node(
            name, "ConcatV2", [.. inputs, "axis:output:0"], ("N", new AttrValue { I = inputs.Length }), ("T", Type(DataType.DtFloat)), ("Tidx", Type(DataType.DtInt32)));
    }

    // (x, n) → (reshape(x, n), x), called with x of shape [2, 3].
    private static GraphDef Reshaping(string type, params int[] shape)
    {
        FunctionDef function = Signature("reshape", ("x", DataType.DtFloat), ("n", DataType.DtInt32));
        function.NodeDef.Add(Node("r", "Reshape", ["x", "n"], ("T", Type(DataType.DtFloat)), ("Tshape", Type(DataType.DtInt32))));
        function.Signature.OutputArg.Add(new OpDef.Types.ArgDef { Name = "y", Type = DataType.DtFloat });
        function.Signature.OutputArg.Add(new OpDef.Types.ArgDef { Name = "z", Type = DataType.DtFloat });
        function.Ret.Add("y", "r:output:0");
        function.Ret.Add("z", "x");
        return new GraphDef
        {
            Library = new FunctionDefLibrary { Function = { function } },
            Node =
            {
                Node("x", "Placeholder", [], ("dtype", Type(DataType.DtFloat)), ("shape", new AttrValue { Shape = new Shape(2, 3).ToProto() })),
                Node("n", "Const", [], ("dtype", Type(DataType.DtInt32)), ("value", Value(Tensor.From(shape)))),
                Call("call", type, "reshape", ["x", "n"], [DataType.DtFloat, DataType.DtInt32], [DataType.DtFloat, DataType.DtFloat]),
            },
        };
    }

    private static FunctionDef Signature(string name, params (string Name, DataType Type)[] arguments)
    {
        FunctionDef function = new() { Signature = new OpDef { Name = name } };
        function.Signature.InputArg.AddRange(arguments.Select(argument => new OpDef.Types.ArgDef { Name = argument.Name, Type = argument.Type }));
        return function;
    }

    private static NodeDef Call(string name, string type, string function, string[] inputs, DataType[] taken, DataType[] given) =>
        Node(name, type, inputs, ("f", Function(function)), ("Tin", Types(taken)), ("Tout", Types(given)));

    private static NodeDef Node(string name, string type, string[] inputs, params (string Name, AttrValue Value)[] attributes)
    {
        NodeDef node = new() { Name = name, Op = type, Input = { inputs } };
        foreach ((string key, AttrValue value) in attributes)
        {
            node.Attr.Add(key, value);
        }

        return node;
    }

    private static AttrValue Function(string name) => new() { Func = new NameAttrList { Name = name } };

    private static AttrValue Type(DataType type) => new() { Type = type };

    private static AttrValue Types(params DataType[] types) => new() { List = new() { Type = { types } } };

    private static AttrValue Value(Tensor tensor) => new() { Tensor = TensorCodec.ToProto(tensor) };
}
