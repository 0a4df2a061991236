using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>An input or output of a signature.</summary>
/// <param name="Name">What the signature calls it; of a sparse tensor <c>name.values</c>, <c>name.indices</c>, <c>name.dense_shape</c>.</param>
/// <param name="DType">The element type as the signature states it; the graph's is what holds.</param>
/// <param name="Shape">The shape as the signature states it; the graph's is what holds.</param>
/// <param name="Tensor">The tensor in the graph; empty if the signature does not name it.</param>
public sealed record SignatureTensor(string Name, DType DType, Shape Shape, string Tensor)
{
    /// <summary><c>x float32 [?, 784] = parameters/x:0</c>.</summary>
    public override string ToString() => $"{Name} {DType.Name()} {Shape} = {Tensor}";

    internal static IEnumerable<SignatureTensor> From(string name, TensorInfo info)
    {
        DType dtype = DTypes.FromProto(info.Dtype);
        Shape shape = ShapeOf(info);
        return info.EncodingCase switch
        {
            TensorInfo.EncodingOneofCase.CooSparse =>
            [
                new($"{name}.dense_shape", DType.Int64, Shape.Unknown, info.CooSparse.DenseShapeTensorName),
                new($"{name}.indices", DType.Int64, Shape.Unknown, info.CooSparse.IndicesTensorName),
                new($"{name}.values", dtype, Shape.Unknown, info.CooSparse.ValuesTensorName),
            ],
            // Components are plain tensors: what nests further is written by nobody.
            TensorInfo.EncodingOneofCase.CompositeTensor => info.CompositeTensor.Components.Where(part => part.EncodingCase == TensorInfo.EncodingOneofCase.Name)
                .SelectMany((part, i) => From($"{name}.{i}", part)),
            _ => [new(name, dtype, shape, info.Name)],
        };
    }

    internal TensorInfo ToProto() => new() { Name = Tensor, Dtype = DType.ToProto(), TensorShape = Shape.ToProto() };

    // It only says what is; TensorFlow does not look at it either.
    private static Shape ShapeOf(TensorInfo info)
    {
        try
        {
            return Shape.FromProto(info.TensorShape);
        }
        catch (GraphException)
        {
            return Shape.Unknown;
        }
    }
}
