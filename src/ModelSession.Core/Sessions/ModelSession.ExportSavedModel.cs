using ModelSessions.Files;
using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;
using ModelSessions.Training;

namespace ModelSessions;

public sealed partial class ModelSession
{
    private const string StartName = "saved_model_start";

    private void WriteSavedModel(string folder, ExportOptions options, string[] outputs, FrozenGraph? frozen, List<string> warnings, CancellationToken cancel)
    {
        IReadOnlyList<SignatureInfo> signatures = options.Signatures ?? Signatures;
        if (signatures.Count == 0)
        {
            warnings.Add("The model has no signatures: neither were any given, nor are inputs and predictions bound. It can be loaded, but not be run by name.");
        }

        MetaGraphDef meta = Meta(options, signatures, options.Tags, Kept(outputs, signatures), frozen);
        if (signatures.FirstOrDefault(signature => !meta.SignatureDef.ContainsKey(signature.Name)) is { } lost)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The signature '{lost.Name}' speaks of tensors that the outputs do not need. Name them among the outputs, or give other signatures.");
        }

        PlaceholderDefaults.Set(meta.GraphDef, EvaluationValues());
        bool hasVariables = meta.SaverDef is not null && Saver.Variables.Count > 0;
        SetStart(meta);
        SavedModelWriter.Write(folder, meta, hasVariables ? bundle => Saver.AddTensors(bundle, (variable, read) => Engine.LendVariable(variable.Name, read), options.Progress, cancel) : null, Assets(meta), options.AsText, options.Overwrite, cancel);
    }

    // A graph that is cut down keeps its saver, its initialisers and what is run at the start, or its variables could not be restored.
    private string[] Kept(string[] outputs, IReadOnlyList<SignatureInfo> signatures) => outputs.Length == 0 ? [] :
    [
        .. outputs.Concat(signatures.SelectMany(signature => signature.Inputs).Select(input => input.Tensor))
            .Concat(Saver.Definition is { } saver ? [saver.SaveTensorName, saver.RestoreOpName, saver.FilenameTensorName] : [])
            .Concat(Graph.Collections.Names(SavedModelKeys.TableInitializers)).Concat(Graph.Collections.Names(SavedModelKeys.MainOp)).Concat(Graph.Collections.Names(SavedModelKeys.LegacyInitOp))
            .Concat(Binding.Name(Roles.InitializeLocal) is { } local ? [local] : []),
    ];

    private Dictionary<string, Tensor> EvaluationValues()
    {
        Dictionary<string, Tensor> values = new(StringComparer.Ordinal);
        foreach (Hyperparameter hyperparameter in _hyperparameters)
        {
            GraphTensor tensor = Graph.Tensor(Binding.Required($"{Roles.Hyperparameters}.{hyperparameter.Name}"));
            if (hyperparameter.Evaluation is { } value)
            {
                values[tensor.Operation.Name] = new HyperparameterFeed(hyperparameter.Name, tensor).Of(value);
            }
        }

        return values;
    }

    // What is to be run after a restore: what the graph's author named, or what fills local variables and tables.
    private void SetStart(MetaGraphDef meta)
    {
        if (meta.CollectionDef.ContainsKey(SavedModelKeys.MainOp) || meta.CollectionDef.ContainsKey(SavedModelKeys.LegacyInitOp))
        {
            return;
        }

        HashSet<string> nodes = new(meta.GraphDef.Node.Select(node => node.Name), StringComparer.Ordinal);
        string[] parts =
        [
            .. Graph.Collections.Names(SavedModelKeys.TableInitializers).Concat(Binding.Name(Roles.InitializeLocal) is { } local ? [local] : [])
                .Select(name => Graph.ParseTensorName(name).Operation).Where(nodes.Contains).Distinct(StringComparer.Ordinal),
        ];
        if (parts.Length == 0)
        {
            return;
        }

        NodeDef start = new() { Name = StartName, Op = "NoOp" };
        for (int i = 1; !nodes.Add(start.Name); i++)
        {
            start.Name = $"{StartName}_{i}";
        }

        start.Input.AddRange(parts.Select(part => $"^{part}"));
        meta.GraphDef.Node.Add(start);
        meta.CollectionDef[SavedModelKeys.MainOp] = new CollectionDef { NodeList = new() { Value = { start.Name } } };
    }

    // The files that the model was opened with, or those that constants of the graph name.
    private IReadOnlyList<(string Tensor, string Path)> Assets(MetaGraphDef meta)
    {
        HashSet<string> nodes = new(meta.GraphDef.Node.Select(node => node.Name), StringComparer.Ordinal);
        return
        [
            .. (_assets.Count > 0 ? _assets : Graph.Collections.Names(SavedModelKeys.AssetPaths).Select(Graph.Tensor).Where(tensor => tensor.Operation.Type == "Const")
                .Select(tensor => (tensor.Name, Path.GetFullPath(tensor.Operation.Tensor("value").StringAt(0)))))
                .Where(asset => nodes.Contains(Graph.ParseTensorName(asset.Item1).Operation)),
        ];
    }
}
