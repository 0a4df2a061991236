using System.Text.Json.Serialization;

namespace ModelSessions.Conformance.Models;

/// <summary>An entry of <c>gradients.json</c>: the derivatives of a loss by variables, at the initial checkpoint.</summary>
internal sealed record LossGradients
{
    public required string Loss { get; init; }

    public required string Phase { get; init; }

    public required int Step { get; init; }

    public required IReadOnlyList<VariableGradient> Gradients { get; init; }
}

/// <summary>The gradient of one variable.</summary>
internal sealed record VariableGradient
{
    public required string Variable { get; init; }

    /// <summary>Its array in <c>gradients.npz</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Whether TensorFlow has slices, added up in the file.</summary>
    [JsonPropertyName("indexed_slices")]
    public required bool IsSlices { get; init; }

    /// <summary>Absolute, for each element.</summary>
    public required double Tolerance { get; init; }
}

/// <summary>Our own gradients of a model's losses, against TensorFlow's values.</summary>
internal static class ModelGradients
{
    /// <summary>The entries of a model; none if it has no such file.</summary>
    public static IReadOnlyList<LossGradients> Read(string folder)
    {
        string path = Path.Combine(folder, "gradients.json");
        return File.Exists(path) ? GoldenJson.Read<LossGradients[]>(path) : [];
    }

    /// <summary>Adds the gradients of a loss to a graph.</summary>
    /// <returns>The names of whole tensors, one for each variable.</returns>
    /// <exception cref="MismatchException">A gradient is missing, or whole where TensorFlow has slices.</exception>
    public static IReadOnlyList<string> Add(Graph graph, LossGradients entry)
    {
        GraphTensor[] variables = [.. entry.Gradients.Select(gradient => graph.Operation(gradient.Variable).Outputs[0])];
        IReadOnlyList<Gradient?> found = Gradients.Of([graph.Tensor(entry.Loss)], variables);
        return [.. entry.Gradients.Zip(found, (expected, gradient) => Whole(graph, expected, gradient))];
    }

    private static string Whole(Graph graph, VariableGradient expected, Gradient? found) =>
        found is null ? throw new MismatchException($"autodiff of '{expected.Variable}': expected a gradient, found none")
        : found.IsSlices != expected.IsSlices ? throw new MismatchException($"autodiff of '{expected.Variable}': expected {Kind(expected.IsSlices)}, found {Kind(found.IsSlices)}")
        : found.ToDense(graph.Builder).Name;

    private static string Kind(bool slices) => slices ? "slices" : "a whole tensor";
}
