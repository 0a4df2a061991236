using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Checks a node's attributes against its op's definition: kind, smallest value or length, allowed values.</summary>
internal static class AttributeRules
{
    /// <summary>Checks the attributes that the op defines; others are let pass, as TensorFlow does.</summary>
    /// <exception cref="GraphException">One is of the wrong kind, too small or short, or not allowed.</exception>
    public static void Check(OpSchema schema, MapField<string, AttrValue> attributes, string node)
    {
        foreach (OpDef.Types.AttrDef definition in schema.Definition.Attr)
        {
            AttrValue value = attributes[definition.Name];
            if (ReferenceEquals(value, definition.DefaultValue))
            {
                continue;
            }

            CheckKind(schema, definition, value, node);
            CheckMinimum(schema, definition, value, node);
            CheckAllowed(schema, definition, value, node);
        }
    }

    private static void CheckKind(OpSchema schema, OpDef.Types.AttrDef definition, AttrValue value, string node)
    {
        bool fits = definition.Type switch
        {
            "type" => value.ValueCase == AttrValue.ValueOneofCase.Type,
            "int" => value.ValueCase == AttrValue.ValueOneofCase.I,
            "float" => value.ValueCase == AttrValue.ValueOneofCase.F,
            "bool" => value.ValueCase == AttrValue.ValueOneofCase.B,
            "string" => value.ValueCase == AttrValue.ValueOneofCase.S,
            "shape" => value.ValueCase == AttrValue.ValueOneofCase.Shape,
            "tensor" => value.ValueCase == AttrValue.ValueOneofCase.Tensor,
            "func" => value.ValueCase == AttrValue.ValueOneofCase.Func,
            _ => value.ValueCase == AttrValue.ValueOneofCase.List,
        };
        if (!fits)
        {
            throw Invalid(node, $"Node '{node}' ({schema.Name}): the attribute '{definition.Name}' is of kind {value.ValueCase}; it must be of kind {definition.Type}.");
        }

        if (definition.Type == "type")
        {
            CheckType(schema, definition, value.Type, node);
        }
        else if (definition.Type == "list(type)")
        {
            foreach (DataType type in value.List.Type)
            {
                CheckType(schema, definition, type, node);
            }
        }
    }

    // Whether a value is a reference, the op's definition says.
    private static void CheckType(OpSchema schema, OpDef.Types.AttrDef definition, DataType type, string node)
    {
        if (type is DataType.DtInvalid or >= DataType.DtFloatRef || !Enum.IsDefined(type))
        {
            throw Invalid(node, $"Node '{node}' ({schema.Name}): the attribute '{definition.Name}' has the type {type}; types of references, and such as TensorFlow 2.16 does not know, are not allowed.");
        }
    }

    private static void CheckMinimum(OpSchema schema, OpDef.Types.AttrDef definition, AttrValue value, string node)
    {
        if (!definition.HasMinimum)
        {
            return;
        }

        bool single = definition.Type == "int";
        long found = single ? value.I : Length(value.List);
        if (found < definition.Minimum)
        {
            throw Invalid(node, $"Node '{node}' ({schema.Name}): the attribute '{definition.Name}' {(single ? "is" : "has")} {found}{(single ? "" : " values")}; it must {(single ? "be" : "have")} at least {definition.Minimum}.");
        }
    }

    private static void CheckAllowed(OpSchema schema, OpDef.Types.AttrDef definition, AttrValue value, string node)
    {
        if (definition.AllowedValues?.List is not { } allowed)
        {
            return;
        }

        bool fits = value.ValueCase switch
        {
            AttrValue.ValueOneofCase.Type => allowed.Type.Contains(value.Type),
            AttrValue.ValueOneofCase.S => allowed.S.Contains(value.S),
            AttrValue.ValueOneofCase.List => value.List.Type.All(allowed.Type.Contains) && value.List.S.All(allowed.S.Contains),
            _ => true,
        };
        if (!fits)
        {
            throw Invalid(node, $"Node '{node}' ({schema.Name}): the attribute '{definition.Name}' is {Text(value)}; it must be one of {string.Join(", ", allowed.Type.Select(Name).Concat(allowed.S.Select(s => $"'{s.ToStringUtf8()}'")))}.");
        }
    }

    private static int Length(AttrValue.Types.ListValue list) =>
        list.S.Count + list.I.Count + list.F.Count + list.B.Count + list.Type.Count + list.Shape.Count + list.Tensor.Count + list.Func.Count;

    private static string Text(AttrValue value) => value.ValueCase switch
    {
        AttrValue.ValueOneofCase.Type => Name(value.Type),
        AttrValue.ValueOneofCase.S => $"'{value.S.ToStringUtf8()}'",
        _ => $"[{string.Join(", ", value.List.Type.Select(Name).Concat(value.List.S.Select(s => $"'{s.ToStringUtf8()}'")))}]",
    };

    private static string Name(DataType type) => DTypes.FromProto(type).Name();

    private static GraphException Invalid(string node, string message) => new(StatusCode.InvalidArgument, message, node);
}
