namespace ModelSessions.Cpu.Execution;

/// <summary>What nodes of a session make and share, beside variables: queues, readers, tables, iterators. Each lives as long as the
/// session, or until it is removed.</summary>
internal sealed class ResourceStore
{
    private readonly Dictionary<(Type Kind, ResourceKey Key), object> _resources = [];
    private readonly Lock _gate = new();

    /// <summary>The resource that a node stands for, made at its first use. Whether it is as the node wants it, the caller sees.</summary>
    /// <typeparam name="T">The kind: resources of different kinds may have one name.</typeparam>
    public T Get<T>(GraphOperation node, Func<ResourceKey, T> create)
        where T : class => Get(ResourceKey.Of(node), create);

    /// <inheritdoc cref="Get{T}(GraphOperation, Func{ResourceKey, T})"/>
    public T Get<T>(ResourceKey key, Func<ResourceKey, T> create)
        where T : class
    {
        lock (_gate)
        {
            if (!_resources.TryGetValue((typeof(T), key), out object? resource))
            {
                _resources[(typeof(T), key)] = resource = create(key);
            }

            return (T)resource;
        }
    }

    /// <summary>The resource of a kind and key; null if there is none.</summary>
    public T? Find<T>(ResourceKey key)
        where T : class
    {
        lock (_gate)
        {
            return (T?)_resources.GetValueOrDefault((typeof(T), key));
        }
    }

    /// <summary>Forgets a resource, wherever it stands; false if it was not here.</summary>
    public bool Remove(object resource)
    {
        lock (_gate)
        {
            foreach (((Type Kind, ResourceKey Key) place, object other) in _resources)
            {
                if (ReferenceEquals(other, resource))
                {
                    return _resources.Remove(place);
                }
            }

            return false;
        }
    }

    /// <summary>Forgets some, and disposes what wants that.</summary>
    public void Clear(Func<object, bool> which)
    {
        object[] all;
        lock (_gate)
        {
            all = [.. _resources.Values.Where(which)];
            foreach ((Type Kind, ResourceKey Key) place in _resources.Where(pair => which(pair.Value)).Select(pair => pair.Key).ToArray())
            {
                _resources.Remove(place);
            }
        }

        foreach (IDisposable resource in all.OfType<IDisposable>())
        {
            resource.Dispose();
        }
    }
}
