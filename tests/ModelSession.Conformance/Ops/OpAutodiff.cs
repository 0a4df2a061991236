using System.Text.Json;

namespace ModelSessions.Conformance.Ops;

/// <summary>Our own gradients of a case's forward graph, against TensorFlow's values.</summary>
internal static class OpAutodiff
{
    /// <summary>Adds the gradients to the graph.</summary>
    /// <returns>For each x the whole tensor of its gradient, or null; and the feeds of all placeholders by name.</returns>
    /// <exception cref="UnsupportedFeatureException">An op on the way has no gradient here.</exception>
    public static (IReadOnlyList<GraphTensor?> Gradients, Dictionary<string, JsonElement> Feeds) Build(Graph graph, OpGradient grad)
    {
        GraphTensor[] ys = [.. grad.Ys.Select(graph.Tensor)];
        GraphTensor[] upstream = [.. ys.Select(y => graph.Builder.Placeholder(y.DType, Shape.Unknown, "autodiff/grad_y"))];
        Dictionary<string, string> names = grad.GradYs.Zip(upstream).ToDictionary(pair => pair.First, pair => pair.Second.Name);
        Dictionary<string, JsonElement> feeds = grad.Feeds.ToDictionary(feed => names.GetValueOrDefault(feed.Key, feed.Key), feed => feed.Value);
        return ([.. Gradients.Of(ys, [.. grad.Xs.Select(graph.Tensor)], upstream).Select(gradient => gradient?.ToDense(graph.Builder))], feeds);
    }

    /// <summary>Compares a gradient's presence with what TensorFlow says.</summary>
    /// <exception cref="MismatchException">One has a gradient where the other has none.</exception>
    public static void CheckPresence(string x, OpGradientResult expected, GraphTensor? found)
    {
        if (expected.Kind == "none" != found is null)
        {
            throw new MismatchException($"autodiff of {x}: expected {(expected.Kind == "none" ? "no" : "a")} gradient, found {(found is null ? "none" : "one")}");
        }
    }
}
