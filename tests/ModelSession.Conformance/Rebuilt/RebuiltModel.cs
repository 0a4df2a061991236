namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A golden model, built by our builder with the names of the original's variables, feeds, fetches and targets.</summary>
internal abstract class RebuiltModel
{
    /// <summary>The golden model's name.</summary>
    public abstract string Name { get; }

    /// <summary>Whether every node is the original's: name, op kind, inputs and control inputs. Else only the numbers are compared.</summary>
    public virtual bool HasTensorFlowsNodes => true;

    /// <summary>Builds the graph, its initialiser included, without a saver.</summary>
    /// <param name="g">A builder of an empty graph with the original's seed.</param>
    /// <param name="folder">The golden model's files, for models that take frozen graphs.</param>
    public abstract void Build(GraphBuilder g, string folder);
}
