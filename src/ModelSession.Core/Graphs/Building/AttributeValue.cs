using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A value of a node's attribute; made implicitly from a number, a text, a type, a shape, a tensor or a list of these.</summary>
public readonly struct AttributeValue
{
    private readonly AttrValue? _value;

    private AttributeValue(AttrValue value) => _value = value;

    /// <summary>The value as a NodeDef holds it. Not to be changed.</summary>
    public AttrValue Value => _value ?? new AttrValue();

    /// <summary>An attribute of kind <c>int</c>.</summary>
    public static implicit operator AttributeValue(long value) => new(new AttrValue { I = value });

    /// <summary>An attribute of kind <c>float</c>.</summary>
    public static implicit operator AttributeValue(float value) => new(new AttrValue { F = value });

    /// <summary>An attribute of kind <c>bool</c>.</summary>
    public static implicit operator AttributeValue(bool value) => new(new AttrValue { B = value });

    /// <summary>An attribute of kind <c>string</c>, UTF-8.</summary>
    public static implicit operator AttributeValue(string value) => new(new AttrValue { S = Google.Protobuf.ByteString.CopyFromUtf8(value) });

    /// <summary>An attribute of kind <c>type</c>.</summary>
    public static implicit operator AttributeValue(DType value) => new(new AttrValue { Type = value.ToProto() });

    /// <summary>An attribute of kind <c>shape</c>.</summary>
    public static implicit operator AttributeValue(Shape value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(new AttrValue { Shape = value.ToProto() });
    }

    /// <summary>An attribute of kind <c>tensor</c>.</summary>
    public static implicit operator AttributeValue(Tensor value) => new(new AttrValue { Tensor = TensorCodec.ToProto(value) });

    /// <summary>An attribute of kind <c>list(int)</c>.</summary>
    public static implicit operator AttributeValue(long[] values) => new(new AttrValue { List = new() { I = { values } } });

    /// <summary>An attribute of kind <c>list(float)</c>.</summary>
    public static implicit operator AttributeValue(float[] values) => new(new AttrValue { List = new() { F = { values } } });

    /// <summary>An attribute of kind <c>list(bool)</c>.</summary>
    public static implicit operator AttributeValue(bool[] values) => new(new AttrValue { List = new() { B = { values } } });

    /// <summary>An attribute of kind <c>list(string)</c>, UTF-8.</summary>
    public static implicit operator AttributeValue(string[] values) =>
        new(new AttrValue { List = new() { S = { values.Select(Google.Protobuf.ByteString.CopyFromUtf8) } } });

    /// <summary>An attribute of kind <c>list(type)</c>.</summary>
    public static implicit operator AttributeValue(DType[] values) =>
        new(new AttrValue { List = new() { Type = { values.Select(value => value.ToProto()) } } });

    /// <summary>An attribute of kind <c>list(shape)</c>.</summary>
    public static implicit operator AttributeValue(Shape[] values) =>
        new(new AttrValue { List = new() { Shape = { values.Select(value => value.ToProto()) } } });

    /// <summary>Any attribute, as a NodeDef holds it.</summary>
    public static implicit operator AttributeValue(AttrValue value) => new(value);

    /// <summary>From a value whose type is known at run time only, as in a PowerShell table: int, double, bool, string,
    /// <see cref="DType"/>, <see cref="Shape"/>, <see cref="Tensor"/>, or a list of one of the first six.</summary>
    /// <exception cref="ArgumentException">No attribute can hold such a value.</exception>
    public static AttributeValue From(object value) => value switch
    {
        bool b => b,
        string s => s,
        DType d => d,
        Shape s => s,
        Tensor t => t,
        AttrValue a => a,
        AttributeValue a => a,
        float or double or decimal => Convert.ToSingle(value, System.Globalization.CultureInfo.InvariantCulture),
        byte or sbyte or short or ushort or int or uint or long => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
        System.Collections.IEnumerable list => FromList([.. list.Cast<object>().Select(item => From(item).Value)]),
        _ => throw new ArgumentException($"An attribute cannot hold a {value?.GetType().Name ?? "null"}.", nameof(value)),
    };

    private static AttributeValue FromList(AttrValue[] items)
    {
        AttrValue.Types.ListValue list = new();
        foreach (AttrValue item in items)
        {
            switch (item.ValueCase)
            {
                case AttrValue.ValueOneofCase.I: list.I.Add(item.I); break;
                case AttrValue.ValueOneofCase.F: list.F.Add(item.F); break;
                case AttrValue.ValueOneofCase.B: list.B.Add(item.B); break;
                case AttrValue.ValueOneofCase.S: list.S.Add(item.S); break;
                case AttrValue.ValueOneofCase.Type: list.Type.Add(item.Type); break;
                case AttrValue.ValueOneofCase.Shape: list.Shape.Add(item.Shape); break;
                default: throw new ArgumentException($"An attribute cannot hold a list of {item.ValueCase}.", nameof(items));
            }
        }

        return new(new AttrValue { List = list });
    }
}
