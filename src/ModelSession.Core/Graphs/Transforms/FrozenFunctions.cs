using System.Globalization;
using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>Functions to which frozen variables are passed: copies of them take the values in place of the handles.</summary>
internal sealed class FrozenFunctions(FreezeRun run)
{
    // More than any graph has that TensorFlow can run; it bounds the recursion.
    private const int DeepestCall = 100;

    private readonly Dictionary<string, FunctionDef> _library = (run.Library?.Function ?? []).Where(function => function.Signature is not null)
        .DistinctBy(function => function.Signature.Name).ToDictionary(function => function.Signature.Name, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FrozenValue?[]> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _variables = new(StringComparer.Ordinal);
    private int _depth;

    /// <summary>Whether a node calls functions with its inputs.</summary>
    public bool IsCall(NodeDef node) => _library.ContainsKey(node.Op) || FunctionCall.Knows(node.Op);

    /// <summary>Whether a node calls functions that have variables of their own to be frozen.</summary>
    public bool CallsWithVariables(NodeDef node) => IsCall(node) && FunctionCall.Of(node).Functions.Any(HasVariables);

    /// <summary>The place of an output of that name of a function that is called by its own name; null for any other op.</summary>
    public int? OutputIndex(string op, string output) =>
        _library.TryGetValue(op, out FunctionDef? function)
            ? function.Signature.OutputArg.Select((argument, i) => (argument.Name, i)).FirstOrDefault(pair => pair.Name == output).i
            : null;

    /// <summary>What the outputs of a call carry, for inputs that carry something.</summary>
    public IReadOnlyList<FrozenValue?> CallOutputs(NodeDef node, FrozenValue?[] inputs)
    {
        FunctionCall call = FunctionCall.Of(node);
        // A loop's variables are what they were at its start.
        return call.IsLoop ? inputs : call.Functions is [var first, ..] ? Outputs(first, Arguments(call, inputs)) ?? [] : [];
    }

    /// <summary>The call with values in place of handles; null if that cannot be done.</summary>
    public NodeDef? ConvertCall(NodeDef node, FrozenValue?[] inputs)
    {
        FunctionCall call = FunctionCall.Of(node);
        FrozenValue?[] arguments = Arguments(call, inputs);
        FrozenValue?[]?[] outputs = [.. call.Functions.Select(name => Outputs(name, arguments))];
        if (outputs.Length == 0 || outputs.Contains(null) || Array.Exists(inputs[..call.FirstArgument], value => value is not null))
        {
            return null;
        }

        FrozenValue?[] yielded = call.IsLoop ? arguments : outputs[0]!;
        bool agree = call.IsLoop ? SameTypes(outputs[^1]!, yielded) : Array.TrueForAll(outputs, each => SameTypes(each!, yielded));
        return agree ? call.With([.. call.Functions.Select(name => Convert(name, arguments))], arguments, yielded) : null;
    }

    private static FrozenValue?[] Arguments(FunctionCall call, FrozenValue?[] inputs) => [.. inputs.Skip(call.FirstArgument)];

    private static bool SameTypes(FrozenValue?[] a, FrozenValue?[] b) =>
        a.Length == b.Length && a.Zip(b).All(pair => pair.First?.Type == pair.Second?.Type);

    // Functions, and arguments of the same types, are converted once.
    private static string Key(string name, FrozenValue?[] arguments) =>
        $"{name}({string.Join(',', arguments.Select(value => value is null ? "" : ((int)value.Type).ToString(CultureInfo.InvariantCulture)))})";

    private bool HasVariables(string name)
    {
        if (!_variables.TryGetValue(name, out bool has) && _library.TryGetValue(name, out FunctionDef? function))
        {
            using Level level = new(this, name);
            // While it is looked at: a function that calls itself has none for that.
            _variables[name] = false;
            _variables[name] = has = function.NodeDef.Any(node => run.Variables.Find(node, inFunction: true) is not null || CallsWithVariables(node));
        }

        return has;
    }

    // What a function yields for some arguments; null if the graph has no such function.
    private FrozenValue?[]? Outputs(string name, FrozenValue?[] arguments)
    {
        if (!_library.TryGetValue(name, out FunctionDef? function) || function.Signature.InputArg.Count != arguments.Length)
        {
            return null;
        }

        string key = Key(name, arguments);
        if (!_outputs.TryGetValue(key, out FrozenValue?[]? outputs))
        {
            using Level level = new(this, name);
            _outputs[key] = outputs = Outputs(function, Body(function, arguments));
        }

        return outputs;
    }

    // The name of a function as it is for some arguments.
    private string Convert(string name, FrozenValue?[] arguments)
    {
        if (Array.TrueForAll(arguments, value => value is null) && !HasVariables(name))
        {
            return name;
        }

        string key = Key(name, arguments);
        if (!_names.TryGetValue(key, out string? converted))
        {
            using Level level = new(this, name);
            _names[key] = converted = Make(_library[name], arguments);
        }

        return converted;
    }

    private FreezeBody Body(FunctionDef function, FrozenValue?[] arguments)
    {
        Dictionary<string, FrozenValue?> byName = new(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i++)
        {
            byName[function.Signature.InputArg[i].Name] = arguments[i];
        }

        FreezeBody body = new(run, [.. function.NodeDef.Select(node => node.Clone())], byName);
        body.Propagate();
        return body;
    }

    private static FrozenValue?[] Outputs(FunctionDef function, FreezeBody body) =>
        [.. function.Signature.OutputArg.Select(output => function.Ret.TryGetValue(output.Name, out string? tensor) ? body.Carried(tensor) : null)];

    private string Make(FunctionDef function, FrozenValue?[] arguments)
    {
        FreezeBody body = Body(function, arguments);
        FunctionDef made = function.Clone();
        made.Signature.Name = Unique(function.Signature.Name);
        made.NodeDef.Clear();
        made.NodeDef.AddRange(body.Convert());
        SetTypes(made.Signature.InputArg, arguments);
        SetTypes(made.Signature.OutputArg, Outputs(function, body));
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is not null)
            {
                made.ResourceArgUniqueId.Remove((uint)i);
                made.ArgAttr.Remove((uint)i);
            }
        }

        foreach (string output in made.Ret.Keys.ToArray())
        {
            made.Ret[output] = body.Renamed(made.Ret[output]);
        }

        run.Library!.Function.Add(made);
        return made.Signature.Name;
    }

    private static void SetTypes(RepeatedField<OpDef.Types.ArgDef> arguments, FrozenValue?[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                arguments[i].Type = value.Type;
                arguments[i].HandleData.Clear();
                arguments[i].ExperimentalFullType = null;
            }
        }
    }

    private string Unique(string name)
    {
        for (int i = 0; ; i++)
        {
            string candidate = $"{name}_frozen_{i}";
            if (run.Library!.Function.All(function => function.Signature?.Name != candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>A function being looked into from another one.</summary>
    private readonly struct Level : IDisposable
    {
        private readonly FrozenFunctions _functions;

        public Level(FrozenFunctions functions, string name)
        {
            _functions = functions;
            if (++functions._depth > DeepestCall)
            {
                throw new GraphException(
                    StatusCode.InvalidArgument, $"The function '{name}' calls itself, or calls are nested more than {DeepestCall} deep; such a graph cannot be frozen.", name);
            }
        }

        public void Dispose() => _functions._depth--;
    }
}
