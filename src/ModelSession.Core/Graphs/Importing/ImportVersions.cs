using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>Which GraphDef versions may be read, and which a graph has after an import.</summary>
internal static class ImportVersions
{
    /// <exception cref="GraphException">The graph is not for readers of this version.</exception>
    public static void Check(VersionDef versions)
    {
        if (versions.MinConsumer > Graph.ProducerVersion || versions.BadConsumers.Contains(Graph.ProducerVersion))
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The graph wants consumers of version {versions.MinConsumer} or newer{(versions.BadConsumers.Count > 0 ? $", but not {string.Join(", ", versions.BadConsumers)}" : "")}; this library knows version {Graph.ProducerVersion}, TensorFlow 2.16's.");
        }
    }

    /// <summary>The older producer and the stricter consumer of both.</summary>
    public static VersionDef Merge(VersionDef known, VersionDef added)
    {
        VersionDef merged = added.Clone();
        merged.Producer = Math.Min(known.Producer, added.Producer);
        merged.MinConsumer = Math.Max(known.MinConsumer, added.MinConsumer);
        if (!known.BadConsumers.Equals(added.BadConsumers))
        {
            merged.BadConsumers.Clear();
            merged.BadConsumers.AddRange(known.BadConsumers.Union(added.BadConsumers).Order());
        }

        return merged;
    }
}
