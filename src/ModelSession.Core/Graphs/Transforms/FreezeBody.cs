using System.Globalization;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>The nodes of a graph or of a function's body, on the way from variables to constants.</summary>
/// <param name="run">The freezing.</param>
/// <param name="nodes">The nodes.</param>
/// <param name="arguments">What each argument of the function carries by name, null where it is no frozen variable; null for a graph.</param>
internal sealed class FreezeBody(FreezeRun run, IReadOnlyList<NodeDef> nodes, IReadOnlyDictionary<string, FrozenValue?>? arguments)
{
    private readonly Dictionary<string, NodeDef> _byName = ByName(nodes);
    private readonly Dictionary<(string Node, int Output), FrozenValue> _carried = [];
    private readonly Dictionary<string, string> _renamedOutputs = new(StringComparer.Ordinal);
    private readonly List<NodeDef> _added = [];

    private bool InFunction => arguments is not null;

    /// <summary>Follows every reference and handle of a frozen variable to those that use it.</summary>
    public void Propagate()
    {
        Queue<(string Node, int Output)> fresh = new();
        void Carry(string node, int output, FrozenValue value)
        {
            if (_carried.TryAdd((node, output), value))
            {
                fresh.Enqueue((node, output));
            }
        }

        foreach ((string name, FrozenValue? value) in arguments ?? new Dictionary<string, FrozenValue?>())
        {
            if (value is not null)
            {
                Carry(name, 0, value);
            }
        }

        foreach (NodeDef node in nodes)
        {
            if (run.Variables.Find(node, InFunction) is { } variable)
            {
                Carry(node.Name, 0, variable);
            }
        }

        ILookup<string, NodeDef>? users = null;
        while (fresh.TryDequeue(out (string Node, int Output) tensor))
        {
            users ??= nodes.SelectMany(node => node.Input.Where(input => !NodeInput.IsControl(input)).Select(input => (Producer: Source(input).Node, node)))
                .ToLookup(pair => pair.Producer, pair => pair.node, StringComparer.Ordinal);
            foreach (NodeDef user in users[tensor.Node])
            {
                foreach ((int output, FrozenValue value) in Outputs(user))
                {
                    Carry(user.Name, output, value);
                }
            }
        }
    }

    /// <summary>What a tensor of the body carries in place of a variable; null if it is no frozen one's.</summary>
    public FrozenValue? Carried(string input) => NodeInput.IsControl(input) ? null : _carried.GetValueOrDefault(Source(input));

    /// <summary>The nodes with constants for variables.</summary>
    public IEnumerable<NodeDef> Convert()
    {
        NodeDef[] converted = [.. nodes.Select(Convert)];
        foreach (NodeDef node in converted.Concat(_added))
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = Renamed(node.Input[i]);
            }

            yield return node;
        }
    }

    /// <summary>An input of the body as it is called after the conversion.</summary>
    public string Renamed(string input)
    {
        if (!InFunction || NodeInput.IsControl(input))
        {
            return input;
        }

        string[] parts = input.Split(':');
        return parts.Length > 1 && _renamedOutputs.TryGetValue(parts[0], out string? output) ? $"{parts[0]}:{output}:{(parts.Length > 2 ? parts[2] : "0")}" : input;
    }

    private NodeDef Convert(NodeDef node)
    {
        if (run.Variables.Find(node, InFunction) is not null)
        {
            return Converted(node, run.Variables.Constant(node, InFunction));
        }

        (int Input, FrozenValue Value)[] carried = [.. Wanted(node)];
        if (carried.Length == 0 && !run.Functions.CallsWithVariables(node))
        {
            return node;
        }

        NodeDef? made = run.Functions.IsCall(node)
            ? run.Functions.ConvertCall(node, Pattern(node))
            : Whole(node, carried.Length) ? FrozenOps.Convert(node, carried[0].Value, After, Add) : null;
        if (made is null)
        {
            run.Refuse(node);
            return node;
        }

        if (FrozenOps.Assigns(node.Op))
        {
            run.Dropped.Add(node.Name);
        }

        return Converted(node, made);
    }

    // What of a variable meets something else cannot be told apart from a constant any more.
    private static bool Whole(NodeDef node, int carried) =>
        node.Op is not ("Merge" or "RefMerge") || carried == node.Input.Count(input => !NodeInput.IsControl(input));

    // In a function, what uses an output names it.
    private NodeDef Converted(NodeDef node, NodeDef made)
    {
        if (InFunction && made.Op != node.Op && !FrozenOps.KeepsOutputs(node.Op) && !run.Functions.IsCall(node))
        {
            _renamedOutputs[node.Name] = FrozenOps.OutputName(made.Op);
        }

        return made;
    }

    // The inputs through which a node has hold of a frozen variable.
    private IEnumerable<(int Input, FrozenValue Value)> Wanted(NodeDef node)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            if (Carried(node.Input[i]) is { } value && FrozenOps.WantsVariable(node.Op, i, value))
            {
                yield return (i, value);
            }
        }
    }

    private FrozenValue?[] Pattern(NodeDef node)
    {
        FrozenValue?[] pattern = new FrozenValue?[node.Input.Count(input => !NodeInput.IsControl(input))];
        foreach ((int input, FrozenValue value) in Wanted(node))
        {
            pattern[input] = value with { InLoop = false };
        }

        return pattern;
    }

    // The outputs of a node that stand for a variable, as far as its inputs are known to.
    private IEnumerable<(int Output, FrozenValue Value)> Outputs(NodeDef node)
    {
        (int Input, FrozenValue Value)[] wanted = [.. Wanted(node)];
        if (wanted.Length == 0)
        {
            return [];
        }

        if (run.Functions.IsCall(node))
        {
            return run.Functions.CallOutputs(node, Pattern(node)).Select((value, i) => (i, value)).Where(pair => pair.value is not null)!;
        }

        if (!FrozenOps.Passes(node.Op))
        {
            return [];
        }

        FrozenValue value = node.Op is "Enter" or "RefEnter" ? wanted[0].Value with { InLoop = true } : wanted[0].Value;
        return node.Op is "Switch" or "RefSwitch" ? [(0, value), (1, value)] : [(0, value)];
    }

    // Where an input comes from. In a function 'node:argument:number', in a graph 'node:number'.
    private (string Node, int Output) Source(string input)
    {
        if (!InFunction)
        {
            return Graph.ParseTensorName(input);
        }

        string[] parts = input.Split(':');
        int number = parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : 0;
        return parts.Length < 2 || !_byName.TryGetValue(parts[0], out NodeDef? node)
            ? (parts[0], number)
            : (parts[0], parts[1] is "output_true" or "value_index" ? 1 : run.Functions.OutputIndex(node.Op, parts[1]) ?? number);
    }

    // Arguments of a function are there before its body runs.
    private string? After(string input) => NodeInput.IsControl(input) ? input : Source(input).Node is var node && _byName.ContainsKey(node) ? $"^{node}" : null;

    private string Add(NodeDef node)
    {
        string name = node.Name;
        for (int i = 1; !_byName.TryAdd(node.Name, node); i++)
        {
            node.Name = $"{name}_{i}";
        }

        _added.Add(node);
        return InFunction ? $"{node.Name}:output:0" : node.Name;
    }

    private static Dictionary<string, NodeDef> ByName(IReadOnlyList<NodeDef> nodes)
    {
        Dictionary<string, NodeDef> byName = new(nodes.Count, StringComparer.Ordinal);
        foreach (NodeDef node in nodes)
        {
            byName.TryAdd(node.Name, node);
        }

        return byName;
    }
}
