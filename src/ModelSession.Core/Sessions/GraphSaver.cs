using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A variable and its name in checkpoints.</summary>
/// <param name="Name">The variable's operation.</param>
/// <param name="CheckpointName">Its name in checkpoints, mostly the same.</param>
internal readonly record struct SavedVariable(string Name, string CheckpointName);

/// <summary>What of a graph goes into checkpoints, and the nodes by which TensorFlow saves and restores it.</summary>
internal sealed class GraphSaver
{
    private const string Scope = "save";
    private const string RestoreDevice = "/device:CPU:0";

    private GraphSaver(SaverDef definition, IReadOnlyList<SavedVariable> variables)
    {
        Definition = definition;
        Variables = variables;
    }

    /// <summary>Which nodes TensorFlow is to run.</summary>
    public SaverDef Definition { get; }

    /// <summary>The variables, in the order of their names in checkpoints.</summary>
    public IReadOnlyList<SavedVariable> Variables { get; }

    /// <summary>Adds saver nodes for all variables of the graph, named and ordered as <c>tf.compat.v1.train.Saver()</c> adds them.</summary>
    public static GraphSaver Attach(Graph graph, int maxToKeep)
    {
        List<VariableDef> variables =
        [
            .. graph.Collections.Bytes(CollectionKeys.Variables).Select(VariableDef.Parser.ParseFrom).OrderBy(variable => Name(variable), StringComparer.Ordinal),
        ];
        string scope = Scope;
        for (int i = 1; graph.Find($"{scope}/filename") is not null; i++)
        {
            scope = $"{Scope}_{i}";
        }

        new Nodes(graph, scope).Add(variables);
        SaverDef definition = new()
        {
            FilenameTensorName = $"{scope}/Const:0",
            SaveTensorName = $"{scope}/control_dependency:0",
            RestoreOpName = $"{scope}/restore_all",
            MaxToKeep = maxToKeep,
            KeepCheckpointEveryNHours = 10_000,
            Version = SaverDef.Types.CheckpointFormatVersion.V2,
        };
        return new GraphSaver(definition, [.. variables.Select(variable => new SavedVariable(Name(variable), Name(variable)))]);
    }

    /// <summary>The saver of an imported graph: what its restore op assigns. Where it has none, or one of TensorFlow's first format,
    /// nodes of a new one are added, so that TensorFlow can read what is saved; a graph without variables needs none.</summary>
    public static GraphSaver Of(Graph graph, SaverDef? definition, int maxToKeep)
    {
        string restoreName = definition is { RestoreOpName.Length: > 0 } ? definition.RestoreOpName : $"{Scope}/restore_all";
        List<SavedVariable> variables = graph.Find(restoreName) is { } restore ? RestoredBy(restore) : [];
        if (variables.Count == 0 && graph.Collections.Bytes(CollectionKeys.Variables).Count == 0)
        {
            return new GraphSaver(definition ?? new SaverDef(), []);
        }

        bool reads = definition is { Version: SaverDef.Types.CheckpointFormatVersion.V2 } && variables.Count > 0;
        SaverDef known = reads ? definition! : Attach(graph, maxToKeep).Definition;
        if (variables.Count == 0)
        {
            variables = [.. graph.Collections.Bytes(CollectionKeys.Variables).Select(VariableDef.Parser.ParseFrom).Select(variable => new SavedVariable(Name(variable), Name(variable)))];
        }

        return new GraphSaver(known, [.. variables.OrderBy(variable => variable.CheckpointName, StringComparer.Ordinal)]);
    }

    private static string Name(VariableDef variable) => Graph.ParseTensorName(variable.VariableName).Operation;

    // restore_all waits for the assignments, in a sharded saver through one NoOp a shard.
    private static List<SavedVariable> RestoredBy(GraphOperation restore)
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

            if (operation.Type is "Assign" or "AssignVariableOp" && Source(operation.Inputs[1]) is { } name)
            {
                variables.Add(new SavedVariable(operation.Inputs[0].Operation.Name, name));
            }

            variables.AddRange(RestoreFunction.Assigned(operation));

            foreach (GraphOperation before in operation.ControlInputs)
            {
                waiting.Push(before);
            }
        }

        return variables;
    }

    // The name in the checkpoint of a value that a restore op yields; null if it comes from elsewhere.
    private static string? Source(GraphTensor value)
    {
        while (value.Operation.Type is "Identity" or "Reshape")
        {
            value = value.Operation.Inputs[0];
        }

        GraphOperation restore = value.Operation;
        if (restore.Type is not ("RestoreV2" or "RestoreSlice" or "Restore") || restore.Inputs[1].Operation.Type != "Const")
        {
            return null;
        }

        if (restore.Type != "Restore" && restore.Inputs[2].Operation is { Type: "Const" } slices && slices.Tensor("value").StringAt(value.Index).Length > 0)
        {
            throw new UnsupportedFeatureException(
                $"The variable that '{restore.Name}' restores is one slice of a partitioned variable, which cannot be restored yet.", "partitioned variable");
        }

        return restore.Inputs[1].Operation.Tensor("value").StringAt(value.Index);
    }

    /// <summary>The nodes of one saver.</summary>
    private sealed class Nodes(Graph graph, string scope)
    {
        public void Add(List<VariableDef> variables)
        {
            string[] names = [.. variables.Select(Name)];
            GraphTensor model = Constant($"{scope}/filename/input", Tensor.Scalar("model"));
            GraphTensor filename = PassThrough($"{scope}/filename", model);
            GraphTensor path = PassThrough($"{scope}/Const", filename);
            GraphOperation save = Add(
                "SaveV2", $"{scope}/SaveV2", [path, Names("SaveV2/tensor_names", names), Names("SaveV2/shape_and_slices", new string[names.Length]), .. variables.Select(Value)]);
            Add("Identity", $"{scope}/control_dependency", [path], new() { ["_class"] = Location(path.Operation) }, controls: [save]);
            GraphOperation restore = Add(
                "RestoreV2",
                $"{scope}/RestoreV2",
                [path, Names("RestoreV2/tensor_names", names, RestoreDevice), Names("RestoreV2/shape_and_slices", new string[names.Length], RestoreDevice)],
                new() { ["dtypes"] = Types(variables) },
                RestoreDevice);
            List<GraphOperation> assignments = [];
            Dictionary<string, int> used = [];
            for (int i = 0; i < variables.Count; i++)
            {
                assignments.Add(Assign(graph.Tensor(variables[i].VariableName), restore.Outputs[i], variables[i].IsResource, used));
            }

            // TensorFlow lists control inputs by name, '_10' before '_2'.
            Add("NoOp", $"{scope}/restore_all", [], controls: [.. assignments.OrderBy(assignment => assignment.Name, StringComparer.Ordinal)]);
        }

        private GraphTensor Value(VariableDef variable) => graph.Tensor(variable.IsResource ? variable.SnapshotName : variable.VariableName);

        private GraphOperation Assign(GraphTensor variable, GraphTensor value, bool isResource, Dictionary<string, int> used)
        {
            if (isResource)
            {
                GraphTensor copy = Add("Identity", Unique("Identity", used), [value]).Outputs[0];
                return Add("AssignVariableOp", Unique("AssignVariableOp", used), [variable, copy]);
            }

            return Add("Assign", Unique("Assign", used), [variable, value], new() { ["_class"] = Location(variable.Operation) });
        }

        private string Unique(string type, Dictionary<string, int> used)
        {
            int count = used.GetValueOrDefault(type);
            used[type] = count + 1;
            return count == 0 ? $"{scope}/{type}" : $"{scope}/{type}_{count}";
        }

        private GraphTensor Names(string name, string?[] values, string device = "") =>
            Constant($"{scope}/{name}", Tensor.FromStrings([.. values.Select(value => value ?? "")], [values.Length]), device);

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
            graph.Add(new NodeSpec { Type = type, Name = name, Inputs = inputs, Attributes = attributes ?? [], Device = device, ControlInputs = controls ?? [] });

        private AttrValue Types(List<VariableDef> variables)
        {
            AttrValue types = new() { List = new AttrValue.Types.ListValue() };
            types.List.Type.AddRange(variables.Select(variable => Value(variable).DType.ToProto()));
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
}
