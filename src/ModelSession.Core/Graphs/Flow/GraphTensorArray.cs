namespace ModelSessions;

/// <summary>An array of tensors that lives for a run (<c>tf.TensorArray</c>). It never changes: what writes gives the array as it is
/// afterwards, with another flow, which orders what is done to it.</summary>
public sealed class GraphTensorArray
{
    private readonly GraphBuilder _g;
    private readonly Common _common;

    private GraphTensorArray(GraphBuilder g, GraphTensor handle, GraphTensor flow, Common common)
    {
        (_g, Handle, Flow, _common) = (g, handle, flow, common);
    }

    /// <summary>The array's handle.</summary>
    public GraphTensor Handle { get; }

    /// <summary>A scalar that comes after all that was done to the array so far.</summary>
    public GraphTensor Flow { get; }

    /// <summary>The elements' type.</summary>
    public DType DType => _common.DType;

    /// <summary>What is known of the elements' shape.</summary>
    public Shape ElementShape => _common.ElementShape;

    /// <summary>The element at a place.</summary>
    public GraphTensor Read(Operand index, string? name = null)
    {
        GraphTensor value = _g.Add("TensorArrayReadV3", name, new() { ["dtype"] = DType }, Handle, index, Flow);
        value.MergeShape(ElementShape);
        return value;
    }

    /// <summary>The array with an element put in its place.</summary>
    /// <exception cref="GraphException">The element has another type or shape than those before.</exception>
    public GraphTensorArray Write(Operand index, Operand value, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "TensorArrayWrite");
        GraphTensor element = Element(value);
        CheckShape(element.Shape);
        GraphTensor flow;
        using (_g.ColocateWith(_common.Place(element.Operation)))
        {
            flow = _g.Add("TensorArrayWriteV3", name, null, Handle, index, element, Flow);
        }

        return WithFlow(flow);
    }

    /// <summary>All elements as slices along a new first axis.</summary>
    public GraphTensor Stack(string? name = null)
    {
        using GraphScope place = _g.ColocateWith(Handle.Operation);
        using GraphScope scope = _g.NameScope(name ?? "TensorArrayStack");
        GraphTensor value = Gather(_g.Sequence(0, Size()), name);
        if (ElementShape.HasRank && !_common.IsDynamic)
        {
            value.MergeShape(new Shape([_common.KnownSize, .. ElementShape]));
        }

        return value;
    }

    /// <summary>Some elements as slices along a new first axis.</summary>
    public GraphTensor Gather(Operand indices, string? name = null)
    {
        GraphTensor value = _g.Add(
            "TensorArrayGatherV3", name, new() { ["dtype"] = DType, ["element_shape"] = ElementShape }, Handle, indices, Flow);
        if (ElementShape.HasRank)
        {
            value.MergeShape(new Shape([-1, .. ElementShape]));
        }

        return value;
    }

    /// <summary>All elements one behind the other along their first axis.</summary>
    public GraphTensor Concat(string? name = null)
    {
        Shape rest = ElementShape.HasRank ? new Shape([.. ElementShape.Skip(1)]) : Shape.Unknown;
        GraphTensor value = _g.Add(
            "TensorArrayConcatV3", name, new() { ["dtype"] = DType, ["element_shape_except0"] = rest }, Handle, Flow);
        if (rest.HasRank)
        {
            // Python asks for the size as a tensor to know it.
            long count = _common.InfersShape && Size() is not null && !_common.IsDynamic ? _common.KnownSize : -1;
            value.MergeShape(new Shape([count < 0 || ElementShape[0] < 0 ? -1 : count * ElementShape[0], .. rest]));
        }

        return value;
    }

    /// <summary>The array with the slices of a tensor along its first axis as elements.</summary>
    public GraphTensorArray Unstack(Operand value, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "TensorArrayUnstack");
        GraphTensor whole = Element(value);
        GraphTensor count = _g.Element(_g.ShapeOf(whole), 0);
        return Scatter(_g.Sequence(0, count), whole, name);
    }

    /// <summary>The array with the slices of a tensor along its first axis put in given places.</summary>
    public GraphTensorArray Scatter(Operand indices, Operand value, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "TensorArrayScatter");
        GraphTensor whole = Element(value);
        CheckShape(whole.Shape.HasRank ? new Shape([.. whole.Shape.Skip(1)]) : Shape.Unknown);
        GraphTensor flow;
        using (_g.ColocateWith(_common.Place(whole.Operation)))
        {
            flow = _g.Add("TensorArrayScatterV3", name, null, Handle, indices, whole, Flow);
        }

        return WithFlow(flow);
    }

    /// <summary>The array with parts of a tensor along its first axis as elements.</summary>
    /// <param name="value">The tensor.</param>
    /// <param name="lengths">The parts' sizes, a vector.</param>
    /// <param name="name"><c>TensorArraySplit</c> if null.</param>
    public GraphTensorArray Split(Operand value, Operand lengths, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "TensorArraySplit");
        GraphTensor whole = Element(value);
        GraphTensor flow;
        using (_g.ColocateWith(_common.Place(whole.Operation)))
        {
            GraphTensor sizes = _g.Cast(lengths, DType.Int64);
            flow = _g.Add("TensorArraySplitV3", name, null, Handle, whole, sizes, Flow);
        }

        return WithFlow(flow);
    }

    /// <summary>The number of elements, int32.</summary>
    public GraphTensor Size(string? name = null) => _common.IsDynamic
        ? _g.Add("TensorArraySizeV3", name, null, Handle, Flow)
        : _common.Size.ToTensor(_g, DType.Int32, "Const");

    /// <summary>Gives the array's memory back before the run ends.</summary>
    public GraphOperation Close(string? name = null) => _g.AddOperation("TensorArrayCloseV3", name, null, Handle);

    /// <summary>The same array after something else.</summary>
    internal GraphTensorArray WithFlow(GraphTensor flow)
    {
        // TensorFlow's object for it takes a name scope.
        _g.UniqueName("TensorArray");
        return new(_g, Handle, flow, _common);
    }

    internal static GraphTensorArray Create(
        GraphBuilder g, DType dtype, Operand size, bool dynamicSize, bool clearAfterRead, string arrayName, Shape elementShape, bool inferShape, string? name)
    {
        using GraphScope anywhere = g.ColocateOnlyWith(null);
        NodeAttributes attributes = new()
        {
            ["dtype"] = dtype,
            ["element_shape"] = elementShape,
            ["identical_element_shapes"] = inferShape,
            ["dynamic_size"] = dynamicSize,
            ["clear_after_read"] = clearAfterRead,
            ["tensor_array_name"] = arrayName,
        };
        using GraphScope scope = g.NameScope(name ?? "TensorArray");
        GraphTensor count = size.ToTensor(g, DType.Int32, "size");
        GraphOperation array = g.AddOperation("TensorArrayV3", scope.Name, attributes, count);
        return new(g, array.Outputs[0], array.Outputs[1], new Common(dtype, size, dynamicSize, inferShape) { ElementShape = elementShape });
    }

    private GraphTensor Element(Operand value)
    {
        GraphTensor element = value.ToTensor(_g, DType, "value");
        return element.DType == DType
            ? element
            : throw new GraphException(StatusCode.InvalidArgument, $"'{element.Name}' is {element.DType.Name()}; the array '{Handle.Operation.Name}' holds {DType.Name()}.", Handle.Operation.Name);
    }

    private void CheckShape(Shape shape)
    {
        if (!ElementShape.TryMerge(shape, out Shape merged))
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"An element of shape {shape} does not go with those of '{Handle.Operation.Name}', which are {ElementShape}.", Handle.Operation.Name);
        }

        if (_common.InfersShape)
        {
            _common.ElementShape = merged;
        }
    }

    // What all stages of an array share.
    private sealed class Common(DType dtype, Operand size, bool isDynamic, bool infersShape)
    {
        private GraphOperation? _place;

        public DType DType => dtype;

        public Operand Size => size;

        public bool IsDynamic => isDynamic;

        public bool InfersShape => infersShape;

        public Shape ElementShape { get; set; } = Shape.Unknown;

        public long KnownSize => size.Number ?? -1;

        // Elements are kept where the first one was written.
        public GraphOperation Place(GraphOperation writer) => _place ??= writer;
    }
}
