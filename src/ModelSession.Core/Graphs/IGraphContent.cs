using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What a graph consists of.</summary>
/// <remarks>An interface that <see cref="Graph"/> implements explicitly, since ConvertTo-Json follows every public property of the objects below
/// the one that it is given: a session, a tensor would drag all nodes of the graph along. PowerShell sees the properties of interfaces as an
/// object's own; C# finds them in <see cref="GraphContent"/>.</remarks>
public interface IGraphContent
{
    /// <summary>Adds operations by TensorFlow's naming rules.</summary>
    GraphBuilder Builder { get; }

    /// <summary>The operations in the order in which they were added, as they are now.</summary>
    IReadOnlyList<GraphOperation> Operations { get; }

    /// <summary>Versions that the graph was made with: of several imported ones the oldest producer and the strictest consumer.</summary>
    VersionDef Versions { get; }

    /// <summary>Functions that nodes may call.</summary>
    FunctionDefLibrary Library { get; }

    /// <summary>Named lists of names, numbers and bytes that go along in a MetaGraph.</summary>
    GraphCollections Collections { get; }

    /// <summary>Bindings of objects that are stored with the graph.</summary>
    GraphBindings Bindings { get; }
}

/// <summary>What a graph consists of, as properties of it.</summary>
public static class GraphContent
{
    extension(Graph graph)
    {
        /// <inheritdoc cref="IGraphContent.Builder"/>
        public GraphBuilder Builder => ((IGraphContent)graph).Builder;

        /// <inheritdoc cref="IGraphContent.Operations"/>
        public IReadOnlyList<GraphOperation> Operations => ((IGraphContent)graph).Operations;

        /// <inheritdoc cref="IGraphContent.Versions"/>
        public VersionDef Versions => ((IGraphContent)graph).Versions;

        /// <inheritdoc cref="IGraphContent.Library"/>
        public FunctionDefLibrary Library => ((IGraphContent)graph).Library;

        /// <inheritdoc cref="IGraphContent.Collections"/>
        public GraphCollections Collections => ((IGraphContent)graph).Collections;

        /// <inheritdoc cref="IGraphContent.Bindings"/>
        public GraphBindings Bindings => ((IGraphContent)graph).Bindings;
    }
}
