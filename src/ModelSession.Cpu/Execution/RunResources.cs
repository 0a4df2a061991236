namespace ModelSessions.Cpu.Execution;

/// <summary>What nodes make for the time of a run: it lets go of its memory when the run ends.</summary>
internal interface IRunResource
{
    void Release();
}

/// <summary>The resources of a run, those of the functions that it calls included.</summary>
internal sealed class RunResources
{
    private readonly List<IRunResource> _all = [];

    public void Add(IRunResource resource) => _all.Add(resource);

    public int Count => _all.Count;

    /// <summary>A resource by its number.</summary>
    public IRunResource this[int index] => _all[index];

    /// <summary>Ends all of them.</summary>
    public void Release()
    {
        foreach (IRunResource resource in _all)
        {
            resource.Release();
        }

        _all.Clear();
    }
}
