using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>The nodes of one saver, as TensorFlow's Saver adds them and reads them.</summary>
internal sealed class SaverNodes(Graph graph, string scope, bool reshape)
{
    private const string RestoreDevice = "/device:CPU:0";

    private readonly Dictionary<string, int> _used = [];

    /// <summary>Adds the nodes; the name of the tensor that saves.</summary>
    public string Add(IReadOnlyList<IGrouping<string, SaverVariable>> shards, bool sharded)
    {
        GraphTensor model = Constant("filename/input", Tensor.Scalar("model"));
        GraphTensor path = PassThrough("Const", PassThrough("filename", model));
        // The name is taken; TensorFlow's next constant without a name of its own is Const_1.
        _used["Const"] = 1;
        if (!sharded)
        {
            GraphTensor saved = Save(path, shards[0], "");
            Restore(path, shards[0], "", "restore_all");
            return saved.Name;
        }

        GraphTensor merged = SaveSharded(path, shards);
        List<GraphOperation> restored = [];
        for (int i = 0; i < shards.Count; i++)
        {
            restored.Add(Restore(path, shards[i], shards[i].Key, Unique("restore_shard")));
        }

        // One more node a device, so that devices need not wait for each other one by one.
        GraphOperation[] groups = [.. restored.Select((shard, i) => Add("NoOp", $"restore_all/NoOp{(i == 0 ? "" : $"_{i}")}", [], device: shard.Device, controls: [shard]))];
        Add("NoOp", "restore_all", [], controls: groups);
        return merged.Name;
    }

    /// <summary>What a restore op assigns. It waits for the assignments, in a sharded saver through one NoOp a shard.</summary>
    public static List<SavedVariable> RestoredBy(GraphOperation restore)
    {
        List<SavedVariable> variables = [];
        HashSet<GraphOperation> seen = [];
        Stack<GraphOperation> waiting = new([restore]);
        while (waiting.TryPop(out GraphOperation? operation))
        {
            if (!seen.Add(operation))
            {
                continue;
            }

            if (operation.Type is "Assign" or "AssignVariableOp" && Source(operation.Inputs[1]) is { } source)
            {
                variables.Add(source with { Name = operation.Inputs[0].Operation.Name });
            }

            variables.AddRange(RestoreFunction.Assigned(operation));
            foreach (GraphOperation before in operation.ControlInputs)
            {
                waiting.Push(before);
            }
        }

        return variables;
    }

    /// <summary>The variables of each data file in the order in which a saver of the graph writes them.</summary>
    public static IReadOnlyList<IReadOnlyList<SavedVariable>> Ordered(Graph graph, SaverDef definition, List<SavedVariable> variables)
    {
        Dictionary<(string, string), SavedVariable> left = [];
        foreach (SavedVariable variable in variables)
        {
            left.TryAdd((variable.CheckpointName, variable.Slice), variable);
        }

        List<List<SavedVariable>> shards = [];
        foreach (GraphOperation save in SavedBy(graph, definition))
        {
            Tensor names = Constant(save.Inputs[1].Operation)!, slices = Constant(save.Inputs[2].Operation)!;
            List<SavedVariable> shard = [];
            for (int i = 0; i < names.ElementCount; i++)
            {
                if (Text(names, i) is { } name && Text(slices, i) is { } slice && left.Remove((name, slice), out SavedVariable variable))
                {
                    shard.Add(variable);
                }
            }

            shards.Add(shard);
        }

        if (shards.Count == 0)
        {
            shards.Add([]);
        }

        // What it restores and does not save is saved all the same.
        shards[0].AddRange(left.Values.OrderBy(variable => variable.CheckpointName, StringComparer.Ordinal));
        return shards;
    }

    // The save ops by their data files.
    private static IEnumerable<GraphOperation> SavedBy(Graph graph, SaverDef definition)
    {
        HashSet<GraphOperation> seen = [];
        Stack<GraphOperation> waiting = new();
        if (graph.Find(Graph.ParseTensorName(definition.SaveTensorName).Operation) is { } start)
        {
            waiting.Push(start);
        }

        while (waiting.TryPop(out GraphOperation? operation))
        {
            if (seen.Add(operation) && operation.Type != "SaveV2")
            {
                foreach (GraphOperation before in operation.ControlInputs.Concat(operation.Inputs.Select(input => input.Operation)))
                {
                    waiting.Push(before);
                }
            }
        }

        return seen.Where(operation => operation.Type == "SaveV2" && Constant(operation.Inputs[1].Operation) is not null && Constant(operation.Inputs[2].Operation) is not null)
            .OrderBy(Shard);
    }

    // A constant that is damaged fails in TensorFlow only where it runs; here such a saver is none.
    private static Tensor? Constant(GraphOperation operation)
    {
        try
        {
            return operation.Type == "Const" ? operation.Tensor("value") : null;
        }
        catch (GraphException)
        {
            return null;
        }
    }

    private static int Shard(GraphOperation save) => save.Inputs[0].Operation is { Type: "ShardedFilename" } name && Constant(name.Inputs[1].Operation) is { DType: DType.Int32, ElementCount: 1 } number
        ? number.Span<int>()[0]
        : 0;

    // What a restore op yields is in checkpoints; null for a value that comes from elsewhere.
    private static SavedVariable? Source(GraphTensor value)
    {
        bool reshaped = false;
        while (value.Operation.Type is "Identity" or "Reshape")
        {
            reshaped |= value.Operation.Type == "Reshape";
            value = value.Operation.Inputs[0];
        }

        GraphOperation restore = value.Operation;
        if (restore.Type is not ("RestoreV2" or "RestoreSlice" or "Restore") || restore.Inputs[1].Operation.Type != "Const")
        {
            return null;
        }

        string slice = restore.Type != "Restore" && restore.Inputs[2].Operation is { Type: "Const" } slices ? Text(Constant(slices), value.Index) ?? "" : "";
        return Text(Constant(restore.Inputs[1].Operation), value.Index) is { } name ? new SavedVariable("", name, slice, reshaped) : null;
    }

    // Of a constant that may be damaged.
    private static string? Text(Tensor? names, int index) => names is { DType: DType.String } && index < names.ElementCount ? names.StringAt(index) : null;

    private GraphTensor Save(GraphTensor path, IEnumerable<SaverVariable> variables, string device)
    {
        SaverVariable[] all = [.. variables];
        string name = Unique("SaveV2");
        GraphOperation save = Add("SaveV2", name, [path, .. Names(name, all, device), .. all.Select(variable => variable.Value)], device: device);
        return Add("Identity", Unique("control_dependency"), [path], new() { ["_class"] = Location(path.Operation) }, device, [save]).Outputs[0];
    }

    private GraphTensor SaveSharded(GraphTensor path, IReadOnlyList<IGrouping<string, SaverVariable>> shards)
    {
        GraphTensor folder = Constant(Unique("Const"), Tensor.Scalar("_temp/part"));
        GraphTensor temporary = Add("StringJoin", "StringJoin", [path, folder]).Outputs[0];
        GraphTensor count = Constant("num_shards", Tensor.Scalar(shards.Count));
        List<GraphTensor> prefixes = [];
        List<GraphOperation> saves = [];
        for (int i = 0; i < shards.Count; i++)
        {
            string device = Processor(shards[i].Key), name = Unique("ShardedFilename");
            prefixes.Add(Add("ShardedFilename", name, [temporary, Constant($"{name}/shard", Tensor.Scalar(i), device), count], device: device).Outputs[0]);
            saves.Add(Save(prefixes[i], shards[i], device).Operation);
        }

        string last = Processor(shards[^1].Key);
        GraphTensor parts = Add(
            "Pack", "MergeV2Checkpoints/checkpoint_prefixes", prefixes, new() { ["axis"] = new AttrValue { I = 0 } }, last, saves).Outputs[0];
        GraphOperation merge = Add("MergeV2Checkpoints", "MergeV2Checkpoints", [parts, path], device: last);
        return Add("Identity", Unique("Identity"), [path], device: last, controls: [merge, .. saves]).Outputs[0];
    }

    private GraphOperation Restore(GraphTensor path, IEnumerable<SaverVariable> variables, string device, string done)
    {
        SaverVariable[] all = [.. variables];
        string name = Unique("RestoreV2");
        GraphOperation restore = Add("RestoreV2", name, [path, .. Names(name, all, RestoreDevice)], new() { ["dtypes"] = Types(all) }, RestoreDevice);
        List<GraphOperation> assignments = [];
        for (int i = 0; i < all.Length; i++)
        {
            assignments.Add(Assign(all[i], restore.Outputs[i], device));
        }

        // TensorFlow lists control inputs by name, '_10' before '_2'.
        return Add("NoOp", done, [], device: device, controls: [.. assignments.OrderBy(assignment => assignment.Name, StringComparer.Ordinal)]);
    }

    private GraphOperation Assign(SaverVariable variable, GraphTensor value, string device)
    {
        Shape shape = variable.IsResource ? variable.Handle.Operation.Shape("shape") : variable.Handle.Shape;
        if (reshape && shape.IsFullyDefined)
        {
            string name = Unique("Reshape");
            int[] sizes = [.. shape.Dimensions.ToArray().Select(size => (int)size)];
            value = Add("Reshape", name, [value, Constant($"{name}/shape", Tensor.From<int>(sizes), device)], device: device).Outputs[0];
        }

        if (variable.IsResource)
        {
            string own = variable.Handle.Operation.Device;
            GraphTensor copy = Add("Identity", Unique("Identity"), [value], device: own).Outputs[0];
            return Add("AssignVariableOp", Unique("AssignVariableOp"), [variable.Handle, copy], device: own);
        }

        MapField<string, AttrValue> attributes = new() { ["_class"] = Location(variable.Handle.Operation) };
        if (reshape || !shape.IsFullyDefined)
        {
            attributes["validate_shape"] = new AttrValue { B = false };
        }

        return Add("Assign", Unique("Assign"), [variable.Handle, value], attributes, device.Length > 0 ? variable.Handle.Operation.Device : "");
    }

    private GraphTensor[] Names(string name, SaverVariable[] variables, string device) =>
    [
        Texts($"{name}/tensor_names", variables.Select(variable => variable.Saved.CheckpointName), device),
        Texts($"{name}/shape_and_slices", variables.Select(variable => variable.Saved.Slice), device),
    ];

    private GraphTensor Texts(string name, IEnumerable<string> values, string device)
    {
        string[] all = [.. values];
        return Constant(name, Tensor.FromStrings(all, [all.Length]), device);
    }

    private string Unique(string name)
    {
        int count = _used.GetValueOrDefault(name);
        _used[name] = count + 1;
        return count == 0 ? name : $"{name}_{count}";
    }

    private GraphTensor Constant(string name, Tensor value, string device = "") => Add(
        "Const",
        name,
        [],
        new() { ["dtype"] = new AttrValue { Type = value.DType.ToProto() }, ["value"] = new AttrValue { Tensor = TensorCodec.ToProto(value) } },
        device).Outputs[0];

    private GraphTensor PassThrough(string name, GraphTensor input) =>
        Add("PlaceholderWithDefault", name, [input], new() { ["shape"] = new AttrValue { Shape = Shape.Scalar.ToProto() } }).Outputs[0];

    private GraphOperation Add(
        string type, string name, IReadOnlyList<GraphTensor> inputs, MapField<string, AttrValue>? attributes = null, string device = "", IReadOnlyList<GraphOperation>? controls = null) =>
        graph.Add(new NodeSpec { Type = type, Name = $"{scope}/{name}", Inputs = inputs, Attributes = attributes ?? [], Device = device, ControlInputs = controls ?? [] });

    // Files are read and written by the processor of the variable's machine.
    private static string Processor(string device) => (device.Length == 0
        ? DeviceName.Parse(RestoreDevice)
        : DeviceName.Parse(device) with { Type = "CPU", Index = 0 }).ToString();

    private static AttrValue Types(SaverVariable[] variables)
    {
        AttrValue types = new() { List = new AttrValue.Types.ListValue() };
        types.List.Type.AddRange(variables.Select(variable => variable.Value.DType.ToProto()));
        return types;
    }

    private static AttrValue Location(GraphOperation operation)
    {
        if (operation.Attributes.TryGetValue("_class", out AttrValue? own))
        {
            return own.Clone();
        }

        AttrValue location = new() { List = new AttrValue.Types.ListValue() };
        location.List.S.Add(ByteString.CopyFromUtf8($"loc:@{operation.Name}"));
        return location;
    }
}
