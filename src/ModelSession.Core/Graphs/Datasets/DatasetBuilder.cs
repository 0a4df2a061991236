namespace ModelSessions;

/// <summary>Datasets in a graph, with the nodes of <c>tf.compat.v1.data</c>.</summary>
public sealed class DatasetBuilder
{
    private readonly GraphBuilder _g;

    internal DatasetBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>A dataset whose elements are the rows of tensors: <c>Dataset.from_tensor_slices</c>.</summary>
    /// <param name="components">Tensors with as many rows as each other.</param>
    public GraphDataset FromTensorSlices(params Operand[] components)
    {
        GraphTensor[] tensors = Components(components);
        foreach (GraphTensor tensor in tensors)
        {
            if (tensor.Shape.Rank == 0 || (tensor.Shape.HasRank && tensors[0].Shape.HasRank && !SameRows(tensor.Shape[0], tensors[0].Shape[0])))
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"The rows of tensors of {string.Join(", ", tensors.Select(component => component.Shape.ToString()))} are no dataset: there must be as many of each.",
                    tensor.Operation.Name);
            }
        }

        DType[] types = Array.ConvertAll(tensors, tensor => tensor.DType);
        Shape[] shapes = Array.ConvertAll(tensors, tensor => tensor.Shape.HasRank ? new Shape(tensor.Shape.Dimensions[1..]) : Shape.Unknown);
        NodeAttributes attributes = new() { ["Toutput_types"] = types, ["output_shapes"] = shapes };
        return new GraphDataset(_g, _g.Add("TensorSliceDataset", null, attributes, Array.ConvertAll(tensors, tensor => (Operand)tensor)), types, shapes);
    }

    /// <summary>A dataset of one element: <c>Dataset.from_tensors</c>.</summary>
    /// <param name="components">Its tensors.</param>
    public GraphDataset FromTensors(params Operand[] components)
    {
        GraphTensor[] tensors = Components(components);
        DType[] types = Array.ConvertAll(tensors, tensor => tensor.DType);
        Shape[] shapes = Array.ConvertAll(tensors, tensor => tensor.Shape);
        NodeAttributes attributes = new() { ["Toutput_types"] = types, ["output_shapes"] = shapes };
        return new GraphDataset(_g, _g.Add("TensorDataset", null, attributes, Array.ConvertAll(tensors, tensor => (Operand)tensor)), types, shapes);
    }

    /// <summary>The numbers from 0 to below <paramref name="count"/>: <c>Dataset.range</c>.</summary>
    public GraphDataset Range(long count)
    {
        GraphTensor start = _g.Constant(Tensor.Scalar(0L), "start"), stop = _g.Constant(Tensor.Scalar(count), "stop"), step = _g.Constant(Tensor.Scalar(1L), "step");
        NodeAttributes attributes = new() { ["output_types"] = (DType[])[DType.Int64], ["output_shapes"] = (Shape[])[Shape.Scalar] };
        return new GraphDataset(_g, _g.Add("RangeDataset", null, attributes, start, stop, step), [DType.Int64], [Shape.Scalar]);
    }

    private GraphTensor[] Components(Operand[] components)
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentOutOfRangeException.ThrowIfZero(components.Length, nameof(components));
        using GraphScope scope = _g.NameScope("normalize_element");
        return [.. components.Select((component, i) => component.ToTensor(_g, DType.Invalid, $"component_{i}"))];
    }

    private static bool SameRows(long one, long other) => one < 0 || other < 0 || one == other;
}
