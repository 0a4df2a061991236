using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Guesses the roles in a graph that has no binding: from TensorFlow's collections, then from usual names, then from what
/// is computed of what.</summary>
internal static partial class RoleGuess
{
    private static readonly string[] s_labels = ["y", "y_", "labels", "label", "target", "targets"];
    private static readonly string[] s_predictions = ["probabilities", "predictions", "prediction", "prob", "probs", "softmax", "logits", "output", "y_pred"];
    private static readonly string[] s_losses = ["total_loss", "loss"];
    private static readonly string[] s_iterations = ["iteration", "global_step", "step"];
    private static readonly string[] s_modes = ["is_training", "training", "train_phase", "phase_train"];

    /// <summary>What the binding does not say, as far as it can be guessed.</summary>
    public static Binding Missing(Graph graph, Binding known)
    {
        Binding guess = new();
        string[] trains = [.. graph.Collections.Names(CollectionKeys.TrainOp).Select(name => Graph.ParseTensorName(name).Operation).Distinct()];
        foreach (string train in trains)
        {
            Try(trains.Length == 1 ? Roles.Train : $"{Roles.Train}.{LastPart(train)}", () => train);
        }

        // The collection holds what a total is summed from, the total by its name alone.
        Try(Roles.Loss, () => s_losses.Select(name => Named(graph, name, IsScalar)).FirstOrDefault(name => name is not null)
            ?? (graph.Collections.Names(CollectionKeys.Losses) is [.., var loss] ? loss : null)
            ?? ComputedLoss(graph));
        Try(Roles.Iteration, () => Iteration(graph));
        Try(Roles.Predictions, () => s_predictions.Select(name => Named(graph, name, tensor => tensor.DType.IsFloating())).FirstOrDefault(name => name is not null)
            ?? ComputedPredictions(graph));
        Try($"{Roles.Metrics}.accuracy", () => Named(graph, "accuracy", IsScalar) ?? Named(graph, "acc", IsScalar));
        Try(Roles.Initialize, () => graph.Find("init") is { Type: "NoOp" } init ? init.Name : null);
        Try(Roles.InitializeLocal, () => graph.Collections.Names("local_init_op") is [var local, ..] ? local : null);
        GuessPlaceholders(graph, known, Try);
        return guess;

        void Try(string role, Func<string?> find)
        {
            if (known[role] is null && guess[role] is null && find() is { } name && Exists(graph, name))
            {
                guess[role] = name;
            }
        }
    }

    /// <summary>A hyperparameter of a graph that does not say its values: in evaluation nothing is dropped, and the model is not in training.</summary>
    public static Hyperparameter Values(string name) =>
        Hyperparameter.SameName(name, "keep_probability") || Hyperparameter.SameName(name, "keep_prob") ? new(name, null, 1)
        : Array.Exists(s_modes, mode => Hyperparameter.SameName(name, mode)) ? new(name, 1, 0)
        : new(name, null, null);

    // What is fed is examples, labels, and scalars: hyperparameters. Single strings are names of files: of a SavedModel's assets, of its checkpoint.
    private static void GuessPlaceholders(Graph graph, Binding known, Action<string, Func<string?>> set)
    {
        HashSet<string> bound = [.. known.Names.Values];
        List<GraphTensor> placeholders =
        [
            .. graph.Operations.Where(operation => operation.Type is "Placeholder" or "PlaceholderV2").Select(operation => operation.Outputs[0])
                .Where(tensor => !bound.Contains(tensor.Name) && !(tensor.DType == DType.String && FedShape(tensor).Rank == 0)),
        ];
        bool shaped = placeholders.Exists(tensor => FedShape(tensor).Rank > 0);
        List<GraphTensor> examples = [];
        foreach (GraphTensor tensor in placeholders)
        {
            // A placeholder without any shape beside others that have one is mostly a number whose author did not care.
            if (FedShape(tensor).Rank == 0 || (shaped && FedShape(tensor).Rank < 0 && tensor.DType.IsFloating() && !IsLabel(tensor)))
            {
                set($"{Roles.Hyperparameters}.{LastPart(tensor.Operation.Name)}", () => tensor.Name);
            }
            else
            {
                examples.Add(tensor);
            }
        }

        // What stands second tells only beside examples that stand first.
        GraphTensor? labels = examples.Find(IsLabel)
            ?? (examples.Count == 2 && known[Roles.Inputs] is null ? examples[1] : null);
        set(Roles.Labels, () => labels?.Name);
        set(Roles.Inputs, () => examples.Find(tensor => tensor != labels)?.Name);
    }

    private static bool IsCounter(GraphOperation? variable) => variable is { Type: "VariableV2" or "Variable" or "VarHandleOp" }
        && variable.DType("dtype").IsInteger() && variable.Shape("shape").Rank == 0;

    private static bool IsLabel(GraphTensor tensor) => s_labels.Contains(LastPart(tensor.Operation.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>The counter of training steps; null if there is none.</summary>
    public static string? Iteration(Graph graph) => graph.Collections.Bytes(CollectionKeys.GlobalStep).Select(VariableDef.Parser.ParseFrom)
        .Select(variable => variable.IsResource ? variable.SnapshotName : variable.VariableName)
        .Concat(s_iterations.Where(name => IsCounter(graph.Find(name))).Select(name => $"{name}:0"))
        .FirstOrDefault();

    private static string? Named(Graph graph, string last, Func<GraphTensor, bool> fits)
    {
        GraphTensor[] found =
        [
            .. graph.Operations
                .Where(operation => operation.Outputs.Count == 1 && string.Equals(LastPart(operation.Name), last, StringComparison.OrdinalIgnoreCase)
                    && !operation.Name.Contains("gradients/", StringComparison.Ordinal))
                .Select(operation => operation.Outputs[0]).Where(fits),
        ];
        return found is [var only] ? only.Name : null;
    }

    private static bool IsScalar(GraphTensor tensor) => tensor.DType.IsFloating() && tensor.Shape.Rank is 0 or -1;

    // A placeholder says in its attribute what may be fed; files before 2017 say "scalar" for "unknown" there.
    private static Shape FedShape(GraphTensor placeholder) => placeholder.Operation.Shape("shape");

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static bool Exists(Graph graph, string name) => graph.Find(Graph.ParseTensorName(name).Operation) is not null;
}
