using System.Collections.Specialized;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What there is to know of an operation, in names and plain values: it holds no graph.</summary>
/// <param name="Name">The name, unique in its graph.</param>
/// <param name="Type">The op kind: <c>MatMul</c>.</param>
public sealed record GraphOperationInfo(string Name, string Type)
{
    // The value of a constant is told as far as a line goes.
    private const int MostElements = 8;

    /// <summary>The tensors that it takes, <c>model/Reshape:0</c>.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>The operations that must have run before it.</summary>
    public IReadOnlyList<string> ControlInputs { get; init; } = [];

    /// <summary>The tensors that it makes; where the op kind is not known, those that others take.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>The type and shape of each output, <c>float32 [?, 10]</c>; empty where the op kind is not known.</summary>
    public IReadOnlyList<string> OutputTypes { get; init; } = [];

    /// <summary>The device that it asks for; empty if any.</summary>
    public string Device { get; init; } = "";

    /// <summary>The attributes by name: numbers, texts, names of types and functions, shapes, lists of these.</summary>
    public OrderedDictionary Attributes { get; init; } = [];

    /// <summary><c>model/MatMul = MatMul(model/Reshape:0, model/fc1/weights/read:0)</c>.</summary>
    public override string ToString() => $"{Name} = {Type}({string.Join(", ", Inputs.Concat(ControlInputs.Select(control => "^" + control)))})";

    /// <summary>Of an operation.</summary>
    public static GraphOperationInfo Of(GraphOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new GraphOperationInfo(operation.Name, operation.Type)
        {
            Inputs = [.. operation.Inputs.Select(input => input.Name)],
            ControlInputs = [.. operation.ControlInputs.Select(control => control.Name)],
            Outputs = [.. operation.Outputs.Select(output => output.Name)],
            OutputTypes = [.. operation.Outputs.Select(output => $"{output.DType.Name()}{(output.IsRef ? "_ref" : "")} {output.Shape}")],
            Device = operation.Device,
            Attributes = Readable(operation.Attributes),
        };
    }

    /// <summary>Of a node that is in no graph; what it makes is not told.</summary>
    internal static GraphOperationInfo Of(NodeDef node) => new(node.Name, node.Op)
    {
        Inputs = [.. node.Input.Where(input => !input.StartsWith('^')).Select(input => input.Contains(':', StringComparison.Ordinal) ? input : input + ":0")],
        ControlInputs = [.. node.Input.Where(input => input.StartsWith('^')).Select(input => input[1..])],
        Device = node.Device,
        Attributes = Readable(node.Attr),
    };

    private static OrderedDictionary Readable(IEnumerable<KeyValuePair<string, AttrValue>> attributes)
    {
        OrderedDictionary readable = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, AttrValue value) in attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            readable[name] = Readable(value);
        }

        return readable;
    }

    private static object? Readable(AttrValue value) => value.ValueCase switch
    {
        AttrValue.ValueOneofCase.I => value.I,
        AttrValue.ValueOneofCase.F => value.F,
        AttrValue.ValueOneofCase.B => value.B,
        AttrValue.ValueOneofCase.S => Text(value.S),
        AttrValue.ValueOneofCase.Type => TypeName(value.Type),
        AttrValue.ValueOneofCase.Shape => ShapeText(value.Shape),
        AttrValue.ValueOneofCase.Tensor => TensorText(value.Tensor),
        AttrValue.ValueOneofCase.Func => value.Func.Name,
        AttrValue.ValueOneofCase.Placeholder => value.Placeholder,
        AttrValue.ValueOneofCase.List => List(value.List),
        _ => null,
    };

    private static Array List(AttrValue.Types.ListValue list) =>
        list.I.Count > 0 ? list.I.ToArray()
        : list.F.Count > 0 ? list.F.ToArray()
        : list.B.Count > 0 ? list.B.ToArray()
        : list.S.Count > 0 ? list.S.Select(Text).ToArray()
        : list.Type.Count > 0 ? list.Type.Select(TypeName).ToArray()
        : list.Shape.Count > 0 ? list.Shape.Select(ShapeText).ToArray()
        : list.Tensor.Count > 0 ? list.Tensor.Select(TensorText).ToArray()
        : list.Func.Select(function => function.Name).ToArray();

    // What is no text is bytes of no further interest here.
    private static string Text(Google.Protobuf.ByteString bytes)
    {
        string text = bytes.ToStringUtf8();
        return text.Contains('\uFFFD', StringComparison.Ordinal) || text.Any(letter => char.IsControl(letter) && !char.IsWhiteSpace(letter)) ? $"{bytes.Length:n0} bytes" : text;
    }

    private static string TypeName(DataType type)
    {
        string name = DTypes.FromProto(type, out bool isRef).Name();
        return isRef ? name + "_ref" : name;
    }

    private static string ShapeText(TensorShapeProto proto)
    {
        try
        {
            return Shape.FromProto(proto).ToString();
        }
        catch (GraphException)
        {
            return "damaged";
        }
    }

    private static string TensorText(TensorProto proto)
    {
        try
        {
            string form = $"{DTypes.FromProto(proto.Dtype).Name()} {Shape.OfValue(proto.TensorShape)}";
            return Shape.OfValue(proto.TensorShape).ElementCount is > 0 and <= MostElements ? $"{form} {Elements(TensorCodec.Parse(proto))}" : form;
        }
        catch (Exception error) when (error is GraphException or OverflowException)
        {
            return "damaged";
        }
    }

    private static string Elements(Tensor tensor) => tensor.DType is DType.Resource or DType.Variant ? ""
        : string.Join(", ", tensor.ToArray().Cast<object?>().Select(element => Convert.ToString(element, System.Globalization.CultureInfo.InvariantCulture)));
}
