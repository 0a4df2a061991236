using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A type of an input or output slot.</summary>
internal readonly record struct SlotType(DType DType, bool IsRef);

/// <summary>What an op's definition says of one node: types of its inputs and outputs, attributes with defaults filled in.</summary>
internal static class OpSignature
{
    /// <summary>Whether a node has all attributes of its kind, as nodes in most files do.</summary>
    public static bool IsComplete(OpSchema schema, MapField<string, AttrValue> attributes)
    {
        foreach (OpDef.Types.AttrDef attribute in schema.Definition.Attr)
        {
            if (!attributes.ContainsKey(attribute.Name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds defaults of attributes that the node lacks.</summary>
    /// <exception cref="GraphException">An attribute without a default is missing.</exception>
    public static void FillDefaults(OpSchema schema, MapField<string, AttrValue> attributes, string node)
    {
        foreach (OpDef.Types.AttrDef attribute in schema.Definition.Attr)
        {
            if (attributes.ContainsKey(attribute.Name))
            {
                continue;
            }

            if (attribute.DefaultValue is null)
            {
                throw Invalid(node, $"Node '{node}' ({schema.Name}) lacks the attribute '{attribute.Name}' ({attribute.Type}), which has no default.");
            }

            attributes.Add(attribute.Name, attribute.DefaultValue);
        }
    }

    /// <summary>The types of all slots that some arguments stand for, in order.</summary>
    /// <exception cref="GraphException">An attribute that a type or number comes from is unfit.</exception>
    public static List<SlotType> Expand(RepeatedField<OpDef.Types.ArgDef> arguments, MapField<string, AttrValue> attributes, string node)
    {
        List<SlotType> types = [];
        Expand(arguments, attributes, node, types);
        return types;
    }

    /// <summary>Puts into a list the types of all slots that some arguments stand for, in order.</summary>
    /// <exception cref="GraphException">An attribute that a type or number comes from is unfit.</exception>
    public static void Expand(RepeatedField<OpDef.Types.ArgDef> arguments, MapField<string, AttrValue> attributes, string node, List<SlotType> types)
    {
        types.Clear();
        foreach (OpDef.Types.ArgDef argument in arguments)
        {
            if (argument.TypeListAttr.Length > 0)
            {
                foreach (DataType type in Get(attributes, argument.TypeListAttr, node).List?.Type ?? [])
                {
                    types.Add(Slot(type, argument.IsRef));
                }

                continue;
            }

            long count = argument.NumberAttr.Length > 0 ? Get(attributes, argument.NumberAttr, node).I : 1;
            DataType single = argument.TypeAttr.Length > 0 ? Get(attributes, argument.TypeAttr, node).Type : argument.Type;
            if (count is < 0 or > 1 << 20)
            {
                throw Invalid(node, $"Node '{node}' has {count:n0} values in '{argument.Name}' (attribute '{argument.NumberAttr}').");
            }

            SlotType slot = Slot(single, argument.IsRef);
            for (long i = 0; i < count; i++)
            {
                types.Add(slot);
            }
        }
    }

    /// <summary>Sets the attributes that the inputs' types and numbers decide and that are not given: T, N, Tlist.</summary>
    /// <exception cref="GraphException">The inputs cannot be dealt out to the arguments.</exception>
    public static void InferFromInputs(OpSchema schema, MapField<string, AttrValue> attributes, IReadOnlyList<GraphTensor> inputs, string node)
    {
        var arguments = schema.Definition.InputArg;
        int[] lengths = ArgumentLengths(schema, attributes, inputs.Count, node);
        int at = 0;
        for (int i = 0; i < lengths.Length; at += lengths[i++])
        {
            Infer(arguments[i], attributes, inputs, at, lengths[i]);
        }
    }

    /// <summary>How many of a node's inputs each argument takes. A list of unknown length takes what the others leave; lists that share
    /// a length share the rest.</summary>
    /// <exception cref="GraphException">The inputs cannot be dealt out to the arguments.</exception>
    public static int[] ArgumentLengths(OpSchema schema, IReadOnlyDictionary<string, AttrValue> attributes, int inputCount, string node)
    {
        var arguments = schema.Definition.InputArg;
        int[] lengths = new int[arguments.Count];
        int left = inputCount, open = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = IsList(arguments[i]) ? ListLength(arguments[i], attributes) ?? -1 : 1;
            open += lengths[i] < 0 ? 1 : 0;
            left -= Math.Max(0, lengths[i]);
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 0)
            {
                lengths[i] = left / open;
            }
        }

        return left >= 0 && (open == 0 ? left == 0 : left % open == 0)
            ? lengths
            : throw Invalid(node, $"Node '{node}' ({schema.Name}) is given {inputCount} inputs; it takes ({string.Join(", ", arguments.Select(Describe))}).");
    }

    private static string Describe(OpDef.Types.ArgDef argument) => IsList(argument) ? argument.Name + "…" : argument.Name;

    private static bool IsList(OpDef.Types.ArgDef argument) => argument.NumberAttr.Length > 0 || argument.TypeListAttr.Length > 0;

    private static int? ListLength(OpDef.Types.ArgDef argument, IReadOnlyDictionary<string, AttrValue> attributes) =>
        argument.NumberAttr.Length > 0
            ? attributes.TryGetValue(argument.NumberAttr, out AttrValue? number) ? (int)Math.Clamp(number.I, 0, 1 << 20) : null
            : attributes.TryGetValue(argument.TypeListAttr, out AttrValue? list) ? list.List?.Type.Count ?? 0 : null;

    private static void Infer(OpDef.Types.ArgDef argument, MapField<string, AttrValue> attributes, IReadOnlyList<GraphTensor> inputs, int at, int take)
    {
        if (argument.NumberAttr.Length > 0)
        {
            attributes.TryAdd(argument.NumberAttr, new AttrValue { I = take });
        }

        if (argument.TypeAttr.Length > 0 && take > 0)
        {
            attributes.TryAdd(argument.TypeAttr, new AttrValue { Type = inputs[at].DType.ToProto() });
        }

        if (argument.TypeListAttr.Length > 0)
        {
            AttrValue.Types.ListValue list = new();
            list.Type.AddRange(inputs.Skip(at).Take(take).Select(input => input.DType.ToProto()));
            attributes.TryAdd(argument.TypeListAttr, new AttrValue { List = list });
        }
    }

    private static void TryAdd(this MapField<string, AttrValue> attributes, string name, AttrValue value)
    {
        if (!attributes.ContainsKey(name))
        {
            attributes.Add(name, value);
        }
    }

    private static SlotType Slot(DataType type, bool isRef)
    {
        DType dtype = DTypes.FromProto(type, out bool refType);
        return new SlotType(dtype, isRef || refType);
    }

    private static AttrValue Get(MapField<string, AttrValue> attributes, string name, string node) =>
        attributes.TryGetValue(name, out AttrValue? value) ? value : throw Invalid(node, $"Node '{node}' lacks the attribute '{name}'.");

    private static GraphException Invalid(string node, string message) => new(StatusCode.InvalidArgument, message, node);
}
