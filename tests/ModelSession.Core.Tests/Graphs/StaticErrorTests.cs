using System.Globalization;

namespace ModelSessions.Tests.Graphs;

/// <summary>What is refused before any run, and what is left to the run; as TensorFlow 2.16 does. Inputs are written as type and shape
/// (f: float, i: int32), or as int32 constants after '='.</summary>
public sealed class StaticErrorTests
{
    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData("StridedSlice", "f4,5 i1 i2 i1")]
    [InlineData("StridedSlice", "f4,5 i1 i1 =0")]
    [InlineData("Slice", "f4,5 i2 =1,-2")]
    [InlineData("Slice", "f3,4 =4,0 =-1,1")]
    [InlineData("Slice", "f3,4 i2 i3")]
    [InlineData("BatchToSpaceND", "f3,2,2,1 =2,2 i2,2")]
    [InlineData("BatchToSpaceND", "f4,2,2,1 i2 i2,3")]
    [InlineData("SpaceToBatchND", "f1,3,4,1 =2,2 =0,0,0,0/2")]
    [InlineData("BroadcastTo", "f2,3 =2,4")]
    [InlineData("BroadcastTo", "f2,3 =3")]
    [InlineData("Fill", "=-1,2 f")]
    [InlineData("Reverse", "f2,3 b3")]
    [InlineData("ReverseV2", "f2,3 =2,0")]
    [InlineData("ConcatV2", "f f4 i")]
    [InlineData("Pad", "f2,3 i2,3")]
    [InlineData("MirrorPadGrad", "f2,0 =0,0,1,1/2")]
    [InlineData("ScatterNd", "i3,1 f2,2 =2,2")]
    [InlineData("TensorScatterAdd", "f4,3 i2,1 f2,2")]
    [InlineData("TensorScatterAdd", "f0,3 i2,1 f2,3")]
    [InlineData("OneHot", "i3 =-2 f f")]
    [InlineData("SplitV", "f2,6 =1,2,2 =1")]
    [InlineData("Squeeze", "f1,3,0,2")]
    [InlineData("Conv2D", "f1,2,2,1 f3,3,1,1")]
    [InlineData("Conv2D", "f1,4,4,4 f2,2,2,3")]
    [InlineData("ApplyGradientDescent", "v4,3 f f4,2")]
    [InlineData("ApplyGradientDescent", "v4,3 f1 f4,3")]
    [InlineData("ScatterAdd", "v4,3 i2 f2,2")]
    [InlineData("TopKV2", "f3,5 =-2")]
    [InlineData("ArgMax", "f5 i1")]
    [InlineData("Mean", "f4,2 i1,2")]
    [InlineData("ResizeBilinear", "f1,5,5,2 i4")]
    [InlineData("BatchMatMul", "f2,2,3 f1,3,4")]
    [InlineData("Switch", "f2 b1")]
    public void What_cannot_fit_is_refused(string type, string inputs) =>
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<GraphException>(() => Add(type, inputs)).Code);

    [Theory]
    [InlineData("Slice", "f3,4 =1,0 =5,1", "5,1")]
    [InlineData("ScatterAdd", "v4,3 i2 f", "4,3")]
    [InlineData("ScatterNd", "i2,3 f2 =3,3", "3,3")]
    [InlineData("ArgMax", "f i", "")]
    [InlineData("Dilation2D", "f1,2,2,1 f3,3,1", "1,0,0,1")]
    [InlineData("BatchMatMulV2", "f2,2,3 f1,3,4", "2,2,4")]
    [InlineData("MatrixSetDiagV2", "f3,3 f7 =1,1", "3,3")]
    [InlineData("ReverseSequence", "f-1,4 i3", "3,4")]
    [InlineData("UnravelIndex", "i3 i2", "2,3")]
    [InlineData("LowerBound", "f1,5 f1,3", "1,3")]
    public void What_only_a_run_can_tell_is_taken(string type, string inputs, string shape) =>
        Assert.Equal(Parse(shape), Add(type, inputs).Outputs[0].Shape);

    private GraphOperation Add(string type, string inputs) => _g.AddOperation(type, null, Attributes(type), [.. inputs.Split(' ').Select(Input)]);

    private static NodeAttributes? Attributes(string type) => type switch
    {
        "Squeeze" => new() { ["squeeze_dims"] = (long[])[2] },
        "MirrorPadGrad" => new() { ["mode"] = "REFLECT" },
        "StridedSlice" => new() { ["shrink_axis_mask"] = 1 },
        "Conv2D" => new() { ["strides"] = (long[])[1, 1, 1, 1], ["padding"] = "VALID" },
        "Dilation2D" => new() { ["strides"] = (long[])[1, 2, 2, 1], ["rates"] = (long[])[1, 1, 1, 1], ["padding"] = "VALID" },
        "ReverseSequence" => new() { ["seq_dim"] = 1 },
        _ => null,
    };

    // "=0,0,1,1/2": a matrix of two rows. One number is a scalar where the op takes a scalar, which no row here is in doubt of.
    private Operand Input(string text)
    {
        if (text[0] == '=')
        {
            string[] parts = text[1..].Split('/');
            int[] items = [.. parts[0].Split(',').Select(item => int.Parse(item, CultureInfo.InvariantCulture))];
            return parts.Length == 2 ? _g.Constant(Tensor.From<int>(items, [2, items.Length / 2]))
                : items.Length == 1 && text is not ("=3" or "=0") ? _g.Constant(items[0])
                : _g.Constant(Tensor.From(items));
        }

        Shape shape = Parse(text[1..]);
        return text[0] switch
        {
            'v' => _g.Add("VariableV2", null, new() { ["shape"] = shape, ["dtype"] = DType.Float32 }),
            'b' => _g.Placeholder(DType.Bool, shape),
            'i' => _g.Placeholder(DType.Int32, shape),
            _ => _g.Placeholder(DType.Float32, shape),
        };
    }

    private static Shape Parse(string text) =>
        text.Length == 0 ? Shape.Scalar : new([.. text.Split(',').Select(size => long.Parse(size, CultureInfo.InvariantCulture))]);
}
