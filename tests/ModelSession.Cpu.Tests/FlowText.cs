using System.Globalization;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests;

/// <summary>Graphs with control flow, written a node a line: <c>name Op input other:1 ^control attribute=value</c>. Values are types
/// (<c>float</c>), whole numbers, <c>true</c> and <c>false</c>, else text; a Const's value is a scalar, <c>i:3</c>, <c>l:3</c>,
/// <c>f:3</c>, <c>s:text</c> or <c>b:true</c>.
/// Functions are written <c>f=&amp;name</c>, lists of types <c>Tin=[float,int32]</c>, of numbers <c>strides=[1,2]</c>, lists of shapes <c>shapes=&lt;2,3|-1&gt;</c>, a shape <c>shape=(2,3)</c>, open attributes of functions <c>T=$T</c>.</summary>
internal static class FlowText
{
    public static Graph Parse(string text, params FunctionDef[] functions) => Parse(text, producer: 0, functions);

    /// <summary>A graph as an older TensorFlow wrote it.</summary>
    public static Graph Parse(string text, int producer, params FunctionDef[] functions)
    {
        GraphDef def = new();
        if (producer > 0)
        {
            def.Versions = new VersionDef { Producer = producer };
        }

        def.Node.AddRange(Nodes(text));
        AddTypes(def.Node, [], functions);
        foreach (FunctionDef function in functions)
        {
            AddTypes(function.NodeDef, function.Signature.InputArg, functions);
        }

        if (functions.Length > 0)
        {
            def.Library = new FunctionDefLibrary();
            def.Library.Function.AddRange(functions);
        }

        return GraphImporter.Import(def);
    }

    /// <summary>A function; inputs of its nodes are written <c>argument</c> or <c>node:output:0</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Names and types: <c>x:float n:int32</c>.</param>
    /// <param name="results">Names and types, with what they are: <c>y:float=sum:z:0</c>.</param>
    /// <param name="text">Its nodes.</param>
    public static FunctionDef Function(string name, string arguments, string results, string text)
    {
        FunctionDef def = new() { Signature = new OpDef { Name = name } };
        def.NodeDef.AddRange(Nodes(text));
        def.Signature.InputArg.AddRange(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Argument));
        foreach (string[] result in results.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(result => result.Split('=')))
        {
            OpDef.Types.ArgDef argument = Argument(result[0]);
            def.Signature.OutputArg.Add(argument);
            def.Ret.Add(argument.Name, result[1]);
        }

        return def;
    }

    private static OpDef.Types.ArgDef Argument(string text) => text.Split(':') is [var name, var type]
        ? type == "T" ? new OpDef.Types.ArgDef { Name = name, TypeAttr = type } : new OpDef.Types.ArgDef { Name = name, Type = Value(type).Type }
        : throw new ArgumentException(text);

    private static IEnumerable<NodeDef> Nodes(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            NodeDef node = new() { Name = words[0], Op = words[1] };
            node.Input.AddRange(words.Skip(2).Where(word => !word.Contains('=', StringComparison.Ordinal)));
            foreach (string[] pair in words.Skip(2).Where(word => word.Contains('=', StringComparison.Ordinal)).Select(word => word.Split('=')))
            {
                node.Attr[pair[0]] = Value(pair[1]);
                if (pair[0] == "value")
                {
                    node.Attr["dtype"] = new AttrValue { Type = (DataType)(int)Scalar(pair[1]).DType };
                }
            }

            yield return node;
        }
    }

    /// <summary>A loop that adds 1 to <c>i</c> until it is not below <c>n</c>, and doubles <c>x</c>: its results are <c>p/i_out</c> and
    /// <c>p/x_out</c>.</summary>
    /// <param name="p">The prefix of its nodes' names, and its frame's name.</param>
    /// <param name="i">What it begins to count with, an int32.</param>
    /// <param name="n">Where it ends.</param>
    /// <param name="x">What it doubles, a float.</param>
    public static string Doubling(string p, string i, string n, string x) => $"""
        {p}/i Enter {i} frame_name={p}
        {p}/x Enter {x} frame_name={p}
        {p}/n Enter {n} frame_name={p} is_constant=true
        {p}/i_merge Merge {p}/i {p}/i_next
        {p}/x_merge Merge {p}/x {p}/x_next
        {p}/less Less {p}/i_merge {p}/n
        {p}/cond LoopCond {p}/less
        {p}/i_switch Switch {p}/i_merge {p}/cond
        {p}/x_switch Switch {p}/x_merge {p}/cond
        {p}/i_out Exit {p}/i_switch
        {p}/x_out Exit {p}/x_switch
        {p}/body Identity {p}/i_switch:1
        {p}/one Const ^{p}/body value=i:1
        {p}/i_sum AddV2 {p}/body {p}/one
        {p}/twice AddV2 {p}/x_switch:1 {p}/x_switch:1
        {p}/i_next NextIteration {p}/i_sum
        {p}/x_next NextIteration {p}/twice
        """;

    // What the text leaves out: the types of inputs, and the numbers of those in lists. Loops need several rounds.
    private static void AddTypes(IEnumerable<NodeDef> nodes, IEnumerable<OpDef.Types.ArgDef> arguments, FunctionDef[] functions)
    {
        Dictionary<string, AttrValue> types = arguments.ToDictionary(argument => argument.Name, TypeOf, StringComparer.Ordinal);
        for (int known = -1; known < types.Count;)
        {
            known = types.Count;
            foreach (NodeDef node in nodes)
            {
                OpDef op = OpCatalog.Find(node.Op)?.Definition ?? functions.First(function => function.Signature.Name == node.Op).Signature;
                AddTypes(node, op, [.. node.Input.Where(input => input[0] != '^').Select(input => types.GetValueOrDefault(input.Split(':')[0]))]);
                if (op.OutputArg.FirstOrDefault() is { } output && OutputType(output, node) is { } type)
                {
                    types[node.Name] = type;
                }
            }
        }
    }

    private static void AddTypes(NodeDef node, OpDef op, AttrValue?[] inputs)
    {
        int at = 0;
        for (int i = 0; i < op.InputArg.Count; i++)
        {
            OpDef.Types.ArgDef argument = op.InputArg[i];
            bool list = argument.NumberAttr.Length + argument.TypeListAttr.Length > 0;
            AttrValue?[] part = inputs[at..(list ? Math.Max(at, inputs.Length - (op.InputArg.Count - i - 1)) : at + 1)];
            at += part.Length;
            if (argument.NumberAttr.Length > 0)
            {
                node.Attr.TryAdd(argument.NumberAttr, new AttrValue { I = part.Length });
            }

            if (argument.TypeAttr.Length > 0 && Array.Find(part, type => type is not null) is { } type)
            {
                node.Attr.TryAdd(argument.TypeAttr, type);
            }
            else if (argument.TypeListAttr.Length > 0 && Array.TrueForAll(part, type => type is not null))
            {
                node.Attr.TryAdd(argument.TypeListAttr, new AttrValue { List = new() { Type = { part.Select(type => type!.Type) } } });
            }
        }
    }

    private static AttrValue? OutputType(OpDef.Types.ArgDef output, NodeDef node) =>
        output.TypeListAttr.Length > 0 ? node.Attr.GetValueOrDefault(output.TypeListAttr)?.List.Type is [var first, ..] ? new AttrValue { Type = first } : null
        : output.TypeAttr.Length > 0 ? node.Attr.GetValueOrDefault(output.TypeAttr)
        : new AttrValue { Type = output.Type };

    private static AttrValue TypeOf(OpDef.Types.ArgDef argument) =>
        argument.TypeAttr.Length > 0 ? new AttrValue { Placeholder = argument.TypeAttr } : new AttrValue { Type = argument.Type };

    private static AttrValue Value(string text) => text switch
    {
        "float" => new AttrValue { Type = DataType.DtFloat },
        "int32" => new AttrValue { Type = DataType.DtInt32 },
        "int64" => new AttrValue { Type = DataType.DtInt64 },
        "string" => new AttrValue { Type = DataType.DtString },
        "bool" => new AttrValue { Type = DataType.DtBool },
        "true" or "false" => new AttrValue { B = text == "true" },
        "resource" => new AttrValue { Type = DataType.DtResource },
        "variant" => new AttrValue { Type = DataType.DtVariant },
        "double" => new AttrValue { Type = DataType.DtDouble },
        "scalar" => new AttrValue { Shape = new TensorShapeProto() },
        "vector2" => new AttrValue { Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 2 } } } },
        "matrix2" => new AttrValue { Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = -1 }, new TensorShapeProto.Types.Dim { Size = 2 } } } },
        ['&', .. string function] => new AttrValue { Func = new NameAttrList { Name = function } },
        ['[', .. string types, ']'] => char.IsAsciiDigit(types.FirstOrDefault()) ? Numbers(types) : Types(types),
        ['(', .. string shape, ')'] => new AttrValue { Shape = Shapes(shape).List.Shape[0] },
        ['<', .. string shapes, '>'] => Shapes(shapes),
        ['$', .. string open] => new AttrValue { Placeholder = open },
        [_, ':', ..] => new AttrValue { Tensor = TensorCodec.ToProto(Scalar(text)) },
        _ when int.TryParse(text, CultureInfo.InvariantCulture, out int number) => new AttrValue { I = number },
        _ => new AttrValue { S = ByteString.CopyFromUtf8(text) },
    };

    private static AttrValue Types(string types)
    {
        AttrValue list = new() { List = new AttrValue.Types.ListValue() };
        list.List.Type.AddRange(types.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(type => Value(type).Type));
        return list;
    }

    private static AttrValue Numbers(string numbers)
    {
        AttrValue list = new() { List = new AttrValue.Types.ListValue() };
        list.List.I.AddRange(numbers.Split(',').Select(number => long.Parse(number, CultureInfo.InvariantCulture)));
        return list;
    }

    private static AttrValue Shapes(string shapes)
    {
        AttrValue list = new() { List = new AttrValue.Types.ListValue() };
        foreach (string shape in shapes.Split('|'))
        {
            TensorShapeProto proto = new();
            proto.Dim.AddRange(shape.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(size => new TensorShapeProto.Types.Dim { Size = long.Parse(size, CultureInfo.InvariantCulture) }));
            list.List.Shape.Add(proto);
        }

        return list;
    }

    private static Tensor Scalar(string text) => text[0] switch
    {
        'l' => Tensor.Scalar(long.Parse(text.AsSpan(2), CultureInfo.InvariantCulture)),
        's' => Tensor.Scalar(text[2..]),
        'i' => Tensor.Scalar(int.Parse(text.AsSpan(2), CultureInfo.InvariantCulture)),
        'f' => Tensor.Scalar(float.Parse(text.AsSpan(2), CultureInfo.InvariantCulture)),
        _ => Tensor.Scalar(text == "b:true"),
    };
}
