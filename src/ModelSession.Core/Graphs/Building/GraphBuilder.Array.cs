using ModelSessions.Protos;

namespace ModelSessions;

/// <content>Constants, placeholders, shapes and their rearrangement.</content>
public sealed partial class GraphBuilder
{
    // TensorFlow writes larger constants of one value as Fill, to keep graph files small.
    private const long LargestConstant = 1000;

    /// <summary>A constant.</summary>
    public GraphTensor Constant(Tensor value, string? name = null) => Constant(TensorCodec.ToProto(value), name);

    /// <summary>A scalar constant, or one whose elements are all the same.</summary>
    /// <param name="value">The number.</param>
    /// <param name="dtype">Its type.</param>
    /// <param name="shape">A scalar if null.</param>
    /// <param name="name"><c>Const</c> if null.</param>
    public GraphTensor Constant(double value, DType dtype = DType.Float32, Shape? shape = null, string? name = null)
    {
        TensorProto proto = TensorCodec.ToProto(Scalars.Create(value, dtype));
        proto.TensorShape = (shape ?? Shape.Scalar).ToProto();
        return Constant(proto, name);
    }

    /// <summary>A value to be fed.</summary>
    /// <param name="dtype">Its type.</param>
    /// <param name="shape">What is known of its shape; nothing if null.</param>
    /// <param name="name"><c>Placeholder</c> if null.</param>
    public GraphTensor Placeholder(DType dtype, Shape? shape = null, string? name = null) =>
        Add("Placeholder", name, new() { ["dtype"] = dtype, ["shape"] = shape ?? Shape.Unknown });

    /// <summary>The same value.</summary>
    public GraphTensor Identity(Operand input, string? name = null) => Add("Identity", name, null, input);

    /// <summary>The same value, through which no gradient flows.</summary>
    public GraphTensor StopGradient(Operand input, string? name = null) => Add("StopGradient", name, null, input);

    /// <summary>Nothing, for what must be waited for.</summary>
    public GraphOperation NoOp(string? name = null) => AddOperation("NoOp", name, null);

    /// <summary>A node that runs after all of the operations: <c>tf.group</c>.</summary>
    public GraphOperation GroupOperations(IEnumerable<GraphOperation> operations, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "group_deps");
        var byDevice = operations.GroupBy(operation => operation.Device).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (byDevice.Length == 1)
        {
            return GroupOnDevice(byDevice[0], scope.Name);
        }

        using GraphScope after = ControlDependencies([.. byDevice.Select(group => GroupOnDevice(group, null))]);
        return NoOp(scope.Name);
    }

    /// <summary>The same elements in another shape; one size may be −1.</summary>
    public GraphTensor Reshape(Operand tensor, Operand shape, string? name = null) => Add("Reshape", name, null, tensor, shape);

    /// <summary>The shape as a vector; a constant where it is known.</summary>
    public GraphTensor ShapeOf(GraphTensor tensor, DType type = DType.Int32, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Shape.IsFullyDefined
            ? Constant(Scalars.CreateVector(tensor.Shape.Dimensions, type), name ?? "Shape")
            : Add("Shape", name, new() { ["out_type"] = type }, tensor);
    }

    /// <summary>The number of elements, int32; a constant where it is known.</summary>
    public GraphTensor SizeOf(GraphTensor tensor, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        bool known = tensor.Shape.IsFullyDefined || (tensor.Shape.HasRank && tensor.Shape.Dimensions.Contains(0));
        return known
            ? Constant(Scalars.Create(tensor.Shape.IsFullyDefined ? tensor.Shape.ElementCount : 0, DType.Int32), name ?? "Size")
            : Add("Size", name, null, tensor);
    }

    /// <summary>The number of dimensions, int32; a constant where it is known.</summary>
    public GraphTensor RankOf(GraphTensor tensor, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Shape.HasRank ? Constant(Tensor.Scalar(tensor.Shape.Rank), name ?? "Rank") : Add("Rank", name, null, tensor);
    }

    /// <summary>Zeros of a shape: a constant, or a Fill if there are many.</summary>
    public GraphTensor Zeros(Operand shape, DType dtype = DType.Float32, string? name = null) => Filled(shape, 0, dtype, name ?? "zeros");

    /// <summary>Ones of a shape: a constant, or a Fill if there are many.</summary>
    public GraphTensor Ones(Operand shape, DType dtype = DType.Float32, string? name = null) => Filled(shape, 1, dtype, name ?? "ones");

    /// <summary>Zeros of another tensor's shape and type; a constant where the shape is known.</summary>
    public GraphTensor ZerosLike(GraphTensor tensor, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using GraphScope scope = NameScope(name ?? "zeros_like");
        return tensor.Shape.IsFullyDefined && tensor.DType != DType.Variant
            ? Zeros(tensor.Shape, tensor.DType, scope.Name)
            : Add("ZerosLike", scope.Name, null, tensor);
    }

    /// <summary>Ones of another tensor's shape, and of its type unless another is given.</summary>
    public GraphTensor OnesLike(GraphTensor tensor, DType? dtype = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using GraphScope scope = NameScope(name ?? "ones_like");
        GraphTensor shape;
        if (tensor.Shape.IsFullyDefined)
        {
            using GraphScope inner = NameScope("Shape");
            shape = Constant(Scalars.CreateVector(tensor.Shape.Dimensions, DType.Int32), "shape_as_tensor");
        }
        else
        {
            shape = ShapeOf(tensor);
        }

        GraphTensor result = Ones(shape, dtype ?? tensor.DType, scope.Name);
        result.MergeShape(tensor.Shape);
        return result;
    }

    /// <summary>A tensor whose elements are all <paramref name="value"/>.</summary>
    public GraphTensor Fill(Operand shape, Operand value, string? name = null) => Add("Fill", name, null, shape, value);

    /// <summary>Tensors one behind the other along an axis.</summary>
    public GraphTensor Concat(IReadOnlyList<Operand> values, Operand axis, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count > 1)
        {
            return Add("ConcatV2", name ?? "concat", null, [.. values, axis]);
        }

        using GraphScope scope = NameScope(name ?? "concat");
        axis.ToTensor(this, DType.Int32, "concat_dim");
        return Identity(values[0], "concat");
    }

    /// <summary>Tensors of one shape as slices along a new axis.</summary>
    public GraphTensor Stack(IReadOnlyList<Operand> values, long axis = 0, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.All(value => value.Tensor is not null)
            ? Add("Pack", name ?? "stack", new() { ["axis"] = axis }, [.. values])
            : Pack([.. values], DType.Invalid, name ?? "stack");
    }

    /// <summary>The slices of a tensor along an axis, without that axis: <c>tf.unstack</c>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="count">How many there are; null where it is known.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="name"><c>unstack</c> if null.</param>
    public GraphTensor[] Unstack(GraphTensor tensor, int? count = null, int axis = 0, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        long number = count ?? (tensor.Shape.HasRank && axis < tensor.Shape.Rank && axis >= -tensor.Shape.Rank ? tensor.Shape[axis] : -1);
        return number >= 0
            ? [.. AddOperation("Unpack", name ?? "unstack", new() { ["num"] = number, ["axis"] = axis }, tensor).Outputs]
            : throw new GraphException(StatusCode.InvalidArgument, $"'{tensor.Name}' {tensor.Shape}: how many slices there are along axis {axis} is not known; say it.", tensor.Operation.Name);
    }

    /// <summary>A block of a tensor: where it begins and its size, −1 for all that is left.</summary>
    public GraphTensor Slice(Operand tensor, Operand begin, Operand size, string? name = null) => Add("Slice", name, null, tensor, begin, size);

    /// <summary>One element of a vector, or one row of a tensor: <c>x[i]</c>; negative numbers count from the end.</summary>
    public GraphTensor Element(GraphTensor tensor, int index) =>
        StridedSlice(tensor, index, index + 1, beginMask: 0, endMask: 0, shrinkMask: 1);

    /// <summary>One element of a vector, or one row of a tensor, chosen by a scalar.</summary>
    public GraphTensor Element(GraphTensor tensor, GraphTensor index) => StridedSlice(tensor, index, index + 1, 0, 0, shrinkMask: 1);

    /// <summary>A range of a vector, or of a tensor's rows: <c>x[start:end]</c>; null for from the start, to the end.</summary>
    public GraphTensor Range(GraphTensor tensor, Operand? start, Operand? end) =>
        StridedSlice(tensor, start ?? 0, end ?? 0, beginMask: start is null ? 1 : 0, endMask: end is null ? 1 : 0, shrinkMask: 0);

    /// <summary>Slices of a tensor along an axis, chosen by number.</summary>
    public GraphTensor Gather(Operand tensor, Operand indices, int axis = 0, string? name = null) =>
        Add("GatherV2", name, null, tensor, indices, axis);

    /// <summary>The tensor with a dimension of size 1 put in.</summary>
    public GraphTensor ExpandDims(Operand tensor, Operand axis, string? name = null) => Add("ExpandDims", name, null, tensor, axis);

    /// <summary>The tensor without dimensions of size 1: the given ones, or all.</summary>
    public GraphTensor Squeeze(Operand tensor, long[]? axes = null, string? name = null) =>
        Add("Squeeze", name, axes is null ? null : new() { ["squeeze_dims"] = axes }, tensor);

    /// <summary>The tensor with its dimensions permuted; reversed if no permutation is given.</summary>
    public GraphTensor Transpose(GraphTensor tensor, Operand? permutation = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using GraphScope scope = NameScope(name ?? "transpose");
        if (permutation is { } given)
        {
            return Add("Transpose", scope.Name, null, tensor, given);
        }

        Operand reversed = tensor.Shape.HasRank
            ? Enumerable.Range(0, tensor.Shape.Rank).Reverse().Select(axis => (long)axis).ToArray()
            : Add("Range", Add("Rank", tensor) - 1, -1, -1);
        return Add("Transpose", scope.Name, null, tensor, reversed);
    }

    /// <summary>The tensor repeated along its dimensions.</summary>
    public GraphTensor Tile(Operand tensor, Operand multiples, string? name = null) => Add("Tile", name, null, tensor, multiples);

    /// <summary>The tensor with zeros around it: two numbers for each dimension.</summary>
    public GraphTensor Pad(Operand tensor, Operand paddings, string? name = null) => Add("Pad", name, null, tensor, paddings);

    /// <summary>Numbers from <paramref name="start"/> to below <paramref name="limit"/>, in the widest of their types.</summary>
    public GraphTensor Sequence(Operand start, Operand limit, Operand? delta = null, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "range");
        GraphTensor[] parts =
            [start.ToTensor(this, DType.Invalid, "start"), limit.ToTensor(this, DType.Invalid, "limit"), (delta ?? 1).ToTensor(this, DType.Invalid, "delta")];
        DType dtype = parts.MaxBy(part => part.DType switch { DType.Int32 => 0, DType.Int64 => 1, DType.Float32 => 2, _ => 3 })!.DType;
        return Add("Range", scope.Name, null, [.. parts.Select(part => (Operand)Cast(part, dtype))]);
    }

    /// <summary>A vector that is 1 at each class number's place and 0 elsewhere.</summary>
    public GraphTensor OneHot(GraphTensor indices, int depth, DType dtype = DType.Float32, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "one_hot");
        GraphTensor on = Constant(1, dtype, null, "on_value");
        GraphTensor off = Constant(0, dtype, null, "off_value");
        return Add("OneHot", scope.Name, null, indices, depth, on, off);
    }

    /// <summary>A vector of scalars, some of them tensors of the graph.</summary>
    internal GraphTensor Pack(Operand[] items, DType dtype, string name)
    {
        dtype = items.Select(item => item.DType).FirstOrDefault(own => own != DType.Invalid, dtype);
        using GraphScope scope = NameScope(name);
        Operand[] tensors = [.. items.Select((item, i) => (Operand)item.ToTensor(this, dtype, i.ToString(System.Globalization.CultureInfo.InvariantCulture)))];
        return Add("Pack", scope.Name, null, tensors);
    }

    private GraphTensor Constant(TensorProto value, string? name) => Add(
        "Const", name, new() { ["value"] = new AttrValue { Tensor = value }, ["dtype"] = DTypes.FromProto(value.Dtype) });

    private GraphOperation GroupOnDevice(IGrouping<string, GraphOperation> operations, string? name)
    {
        using GraphScope after = ControlDependencies(operations);
        using GraphScope? device = operations.Key.Length > 0 ? Device(operations.Key) : null;
        return NoOp(name);
    }

    private GraphTensor Filled(Operand shape, double value, DType dtype, string name)
    {
        using GraphScope scope = NameScope(name);
        if (shape.KnownShape is { } known && known.ElementCount is >= 0 and var count)
        {
            if (count < LargestConstant)
            {
                return Constant(value, dtype, known, scope.Name);
            }

            GraphTensor vector = Constant(Scalars.CreateVector(known.Dimensions, DType.Int32), "shape_as_tensor");
            return Fill(vector, Constant(value, dtype), scope.Name);
        }

        GraphTensor sizes = shape.ToTensor(this, DType.Int32, "packed");
        if (sizes.Shape.Rank is -1 or 0)
        {
            sizes = Reshape(sizes, (long[])[-1]);
        }

        return Fill(sizes, Constant(value, dtype), scope.Name);
    }

    private GraphTensor StridedSlice(GraphTensor tensor, Operand begin, Operand end, long beginMask, long endMask, long shrinkMask)
    {
        Operand step = 1;
        if (shrinkMask == 0 && (begin.Number is null || end.Number is null))
        {
            // With one bound of a range computed, Python makes constants of the other numbers first.
            begin = begin.ToTensor(this, DType.Int32, "Const");
            end = end.ToTensor(this, DType.Int32, "Const");
            step = step.ToTensor(this, DType.Int32, "Const");
        }

        using GraphScope scope = NameScope("strided_slice");
        GraphTensor first = AsVector(begin, "stack"), last = AsVector(end, "stack_1"), strides = AsVector(step, "stack_2");
        NodeAttributes masks = new() { ["begin_mask"] = beginMask, ["end_mask"] = endMask, ["shrink_axis_mask"] = shrinkMask };
        return Add("StridedSlice", scope.Name, masks, tensor, first, last, strides);
    }

    private GraphTensor AsVector(Operand scalar, string name) => scalar.Number is { } number
        ? Constant(Scalars.CreateVector([number], DType.Int32), name)
        : Pack([scalar], DType.Int32, name);
}
