using System.Text;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>The collections of a MetaGraph on their way into a graph: with names in the import's scope, checked against its nodes.</summary>
internal sealed class ImportedCollections(MetaGraphDef definition, Action<string> warn)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly List<(string Key, CollectionDef Collection)> _prepared = [];

    /// <summary>Puts names into the import's scope and checks that the nodes are there.</summary>
    /// <param name="scope">The scope; empty for none.</param>
    /// <param name="find">The operation of a name, in the graph or about to be.</param>
    /// <exception cref="GraphException">An item is damaged, or names what is not there.</exception>
    public void Prepare(string scope, Func<string, GraphOperation?> find)
    {
        HashSet<ByteString>? trainable = KnowsTrainable() ? null : [.. definition.CollectionDef.GetValueOrDefault(CollectionKeys.TrainableVariables)?.BytesList?.Value ?? []];
        foreach ((string key, CollectionDef collection) in definition.CollectionDef.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            switch (collection.KindCase)
            {
                case CollectionDef.KindOneofCase.None:
                    warn($"The collection '{key}' holds nothing that is known; it is left out.");
                    continue;
                case CollectionDef.KindOneofCase.NodeList:
                    PrepareNames(key, collection.NodeList, scope, find);
                    break;
                case CollectionDef.KindOneofCase.BytesList:
                    PrepareBytes(key, collection.BytesList, scope, find, trainable);
                    break;
            }

            if (key != ScopedGraph.UnboundInputCollection)
            {
                _prepared.Add((key, collection));
            }
        }
    }

    /// <summary>Adds the items behind those that are there.</summary>
    public void AddTo(GraphCollections collections)
    {
        foreach ((string key, CollectionDef collection) in _prepared)
        {
            if (!collections.TryGet(key, out CollectionDef? known))
            {
                collections.Set(key, collection);
            }
            else if (known.KindCase == collection.KindCase)
            {
                known.MergeFrom(collection);
            }
            else
            {
                warn($"The collection '{key}' is a {known.KindCase} in the graph and a {collection.KindCase} in the MetaGraph; the latter is left out.");
            }
        }
    }

    // VariableDef says since TensorFlow 1.9 whether a variable is trained; before, the collection alone said it.
    private bool KnowsTrainable()
    {
        string text = definition.MetaInfoDef?.TensorflowVersion ?? "";
        if (text.Length == 0)
        {
            return true;
        }

        PackageVersion version = PackageVersion.Parse(text)
            ?? throw new GraphException(StatusCode.InvalidArgument, $"The MetaGraph says that TensorFlow '{text}' wrote it, which is no version; the file is damaged.");
        if (version.IsHead)
        {
            warn($"TensorFlow '{text}', a build between releases, wrote the MetaGraph. TensorFlow 2's Python refuses that version.");
        }

        return version.IsAtLeast(1, 9);
    }

    private static void PrepareNames(string key, CollectionDef.Types.NodeList list, string scope, Func<string, GraphOperation?> find)
    {
        for (int i = 0; i < list.Value.Count; i++)
        {
            list.Value[i] = ScopedNames.Prepend(list.Value[i], scope);
            Check(key, list.Value[i], find);
        }
    }

    private static void PrepareBytes(string key, CollectionDef.Types.BytesList list, string scope, Func<string, GraphOperation?> find, HashSet<ByteString>? trainable)
    {
        for (int i = 0; i < list.Value.Count; i++)
        {
            if (CollectionMessages.Parse(key, list.Value[i]) is not { } message)
            {
                list.Value[i] = PrependToText(list.Value[i], scope);
                continue;
            }

            bool changed = scope.Length > 0;
            if (trainable is not null && message is VariableDef variable)
            {
                variable.Trainable = trainable.Contains(list.Value[i]);
                changed = true;
            }

            CollectionMessages.Rename(message, name => ScopedNames.Prepend(name, scope));
            foreach (string name in CollectionMessages.Needs(message))
            {
                Check(key, name, find);
            }

            if (changed)
            {
                list.Value[i] = message.ToByteString();
            }
        }
    }

    // TensorFlow takes any text for a name; bytes that are no text stay as they are, where it fails.
    private static ByteString PrependToText(ByteString item, string scope)
    {
        if (scope.Length == 0)
        {
            return item;
        }

        try
        {
            return ByteString.CopyFromUtf8(ScopedNames.Prepend(s_strictUtf8.GetString(item.Span), scope));
        }
        catch (DecoderFallbackException)
        {
            return item;
        }
    }

    private static void Check(string key, string name, Func<string, GraphOperation?> find)
    {
        (string operation, int output) = Graph.ParseTensorName(name);
        if (find(operation) is not { } found || (operation.Length < name.Length && output >= found.Outputs.Count))
        {
            throw new GraphException(StatusCode.NotFound, $"The collection '{key}' names '{name}', which is not in the graph.", operation);
        }
    }
}
