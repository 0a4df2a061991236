using ModelSessions.Graphs.Ops;

namespace ModelSessions;

/// <summary>A gradient that a user gives: adds nodes for the gradients of an operation's inputs.</summary>
/// <param name="g">Adds the nodes; stands in the scope <c>…/name_grad</c>.</param>
/// <param name="operation">The operation.</param>
/// <param name="dy">A gradient for each output; zeros where none came, null where none can.</param>
/// <returns>A gradient for each input; null where none flows.</returns>
public delegate IReadOnlyList<Gradient?> GradientFunction(GraphBuilder g, GraphOperation operation, IReadOnlyList<Gradient?> dy);

/// <summary>The gradients that a user gives for the operations of a graph, in place of TensorFlow's or where it has none: as
/// <c>tf.RegisterGradient</c> and <c>gradient_override_map</c>.</summary>
public sealed class GradientTable
{
    /// <summary>The attribute by which a node names a gradient: <c>_gradient_op_type</c>.</summary>
    internal const string Attribute = "_gradient_op_type";

    private readonly Dictionary<string, OpRule> _rules = new(StringComparer.Ordinal);

    /// <summary>Gives a gradient.</summary>
    /// <param name="name">What it is for: the name of an operation, the name that nodes have in <c>_gradient_op_type</c>, or an op kind.
    /// Where several fit, they count in this order.</param>
    /// <param name="gradient">The gradient.</param>
    public void Set(string name, GradientFunction gradient)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(gradient);
        _rules[name] = new OpRule(name) { Gradient = (g, op, dy) => [.. gradient(g, op, dy)] };
    }

    /// <summary>Takes a gradient back; false if none was given.</summary>
    public bool Remove(string name) => _rules.Remove(name);

    internal OpRule? Find(string name) => _rules.GetValueOrDefault(name);
}
