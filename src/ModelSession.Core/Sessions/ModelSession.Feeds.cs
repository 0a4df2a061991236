using System.Globalization;

namespace ModelSessions;

/// <content>What a run is fed, and how it is told of what is wrong with it.</content>
public sealed partial class ModelSession
{
    // One-hot rows of more classes are too long for an example.
    private const int MostClassesShown = 12;

    private IEnumerable<KeyValuePair<string, string>> FedNames => Binding.Names
        .Where(pair => Graph.Find(Graph.ParseTensorName(pair.Value).Operation) is { Type: "Placeholder" or "PlaceholderWithDefault" })
        .Select(pair => KeyValuePair.Create(pair.Key.StartsWith(Roles.Hyperparameters + ".", StringComparison.Ordinal) ? pair.Key[(Roles.Hyperparameters.Length + 1)..] : pair.Key, pair.Value));

    /// <summary>The tensor that a value is fed to.</summary>
    /// <param name="name">A role, a hyperparameter (case and underscores do not matter), or the name of a tensor.</param>
    /// <exception cref="GraphException">There is nothing of that name.</exception>
    public GraphTensor FedTensor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string role = _hyperparameters.FirstOrDefault(known => Hyperparameter.SameName(known.Name, name)) is { } hyperparameter ? $"{Roles.Hyperparameters}.{hyperparameter.Name}" : name;
        string tensor = Binding.Name(role) ?? role;
        string operation = Graph.ParseTensorName(tensor).Operation;
        if (Graph.Find(operation) is not null)
        {
            return Graph.Tensor(tensor);
        }

        string[] fed = [.. FedNames.Select(pair => pair.Key)];
        string roles = fed.Length > 0 ? $" What takes values is {string.Join(", ", fed.Select(known => $"'{known}'"))}, and any tensor of the graph by its name." : "";
        throw new GraphException(
            StatusCode.NotFound,
            $"There is no role, hyperparameter or tensor '{name}' that could be fed.{NearestNames.Hint(name, fed.Concat(Graph.Operations.Select(known => known.Name)))}{roles}",
            operation);
    }

    private void CheckFeed(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        GraphTensor tensor = FedTensor(name);
        if (!tensor.TakesFeed(value))
        {
            throw tensor.WrongFeed(value, FedName(tensor), FeedHint(tensor, value));
        }
    }

    /// <summary>In words, what a run needs and was not fed; null if it failed for something else.</summary>
    private EngineException? Unfed(EngineException error, RunSignature signature)
    {
        HashSet<string> fed = [.. signature.Feeds];
        if (error.Node is not { } node || Graph.Find(node) is not { Type: "Placeholder" } failed || fed.Contains(failed.Outputs[0].Name))
        {
            return null;
        }

        IEnumerable<GraphOperation> run = signature.Fetches.Select(Graph.Tensor).SelectMany(tensor => Closure(tensor, input => fed.Contains(input.Name)))
            .Concat(signature.Targets.Select(Operation).SelectMany(target => Closure(target, input => fed.Contains(input.Name))));
        GraphTensor[] missing = [.. run.Where(operation => operation.Type == "Placeholder").Append(failed).Select(operation => operation.Outputs[0]).Where(tensor => !fed.Contains(tensor.Name)).Distinct()];
        string[] known = [.. FedNames.Select(pair => pair.Value)];
        missing = [.. missing.OrderBy(tensor => Array.IndexOf(known, tensor.Name) is >= 0 and var place ? place : int.MaxValue).ThenBy(tensor => tensor.Operation.Id)];
        bool training = signature.Targets.Count > 0;
        string names = string.Join(", ", missing.Select(tensor => $"{FedName(tensor)} {tensor.DType.Name()} {tensor.Shape}"));
        string table = string.Join("; ", missing.Select(tensor => $"{Key(tensor)} = {ValueOf(tensor, training)}"));
        return new EngineException(error.Code, $"You must feed a value for {names}: -Feed @{{ {table} }}.", node, error);
    }

    private string? RoleOf(GraphTensor tensor) => FedNames.Where(pair => pair.Value == tensor.Name).Select(pair => pair.Key).FirstOrDefault();

    private string FedName(GraphTensor tensor) => RoleOf(tensor) is { } role ? $"'{role}' ({tensor.Name})" : $"'{tensor.Name}'";

    private string Key(GraphTensor tensor) =>
        RoleOf(tensor) is { } role ? role.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? role : $"'{role}'" : $"'{tensor.Operation.Name}'";

    private string ValueOf(GraphTensor tensor, bool training)
    {
        Hyperparameter? known = _hyperparameters.FirstOrDefault(hyperparameter => hyperparameter.Name == RoleOf(tensor));
        return (training ? known?.Training : known?.Evaluation ?? known?.Training)?.ToString(CultureInfo.InvariantCulture) ?? "…";
    }

    private string FeedHint(GraphTensor tensor, Tensor value)
    {
        if (tensor.Shape.Rank > 0 && tensor.Shape.IsCompatibleWith([1, .. value.Shape]))
        {
            return " One example alone is a list of one: (, $value).";
        }

        return tensor.Name == Binding.Name(Roles.Labels) && tensor.Shape is { Rank: 2 } rows && rows[1] > 1 && value.Shape.Rank <= 1 ? OneHotHint(rows[1], value) : "";
    }

    private static string OneHotHint(long classes, Tensor value)
    {
        string example = "";
        if (value.Shape.Rank == 0 && (value.DType.IsInteger() || value.DType.IsFloating()) && classes <= MostClassesShown && TensorConverter.Number(value) is var label && label >= 0 && label < classes && label == Math.Floor(label))
        {
            string row = string.Join(", ", Enumerable.Range(0, (int)classes).Select(index => index == (int)label ? 1 : 0));
            example = $"; the class {label.ToString(CultureInfo.InvariantCulture)} is (, @({row}))";
        }

        return $" These labels are one-hot: a row of {classes} numbers for each example, 1 at its class and 0 elsewhere{example}.";
    }
}
