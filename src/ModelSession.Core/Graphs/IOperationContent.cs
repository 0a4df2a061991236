namespace ModelSessions;

/// <summary>What an operation is connected with.</summary>
/// <remarks>An interface for the reason that <see cref="IGraphContent"/> is one: what ConvertTo-Json finds below another object ends with
/// an operation's name and kind, or it would go on along the edges of the graph.</remarks>
public interface IOperationContent
{
    /// <summary>The graph it belongs to.</summary>
    Graph Graph { get; }

    /// <summary>Its data inputs.</summary>
    IReadOnlyList<GraphTensor> Inputs { get; }

    /// <summary>Operations that must have run before it.</summary>
    IReadOnlyList<GraphOperation> ControlInputs { get; }

    /// <summary>Its outputs.</summary>
    IReadOnlyList<GraphTensor> Outputs { get; }

    /// <summary>The names of all its attributes. Their values are asked for by type: <see cref="GraphOperation.Int"/>, <see cref="GraphOperation.Shape"/>.</summary>
    IReadOnlyCollection<string> AttributeNames { get; }
}

/// <summary>What an operation is connected with, as properties of it.</summary>
public static class OperationContent
{
    extension(GraphOperation operation)
    {
        /// <inheritdoc cref="IOperationContent.Graph"/>
        public Graph Graph => ((IOperationContent)operation).Graph;

        /// <inheritdoc cref="IOperationContent.Inputs"/>
        public IReadOnlyList<GraphTensor> Inputs => ((IOperationContent)operation).Inputs;

        /// <inheritdoc cref="IOperationContent.ControlInputs"/>
        public IReadOnlyList<GraphOperation> ControlInputs => ((IOperationContent)operation).ControlInputs;

        /// <inheritdoc cref="IOperationContent.Outputs"/>
        public IReadOnlyList<GraphTensor> Outputs => ((IOperationContent)operation).Outputs;

        /// <inheritdoc cref="IOperationContent.AttributeNames"/>
        public IReadOnlyCollection<string> AttributeNames => ((IOperationContent)operation).AttributeNames;
    }
}
