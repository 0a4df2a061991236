using System.Globalization;
using System.Text;

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

    /// <summary>Writes the handle that old ops have: two strings, where a resource is, and a name, which holds its number.</summary>
    public void WriteName(IRunResource resource, string place, Value handle)
    {
        handle.Objects[0] = Encoding.UTF8.GetBytes(place);
        handle.Objects[1] = Encoding.UTF8.GetBytes(_all.IndexOf(resource).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The resource of such a handle; null if it is none.</summary>
    public IRunResource? Named(Value handle) => handle.LongCount == 2 && handle.Objects[1] is byte[] name
        && int.TryParse(Encoding.UTF8.GetString(name), CultureInfo.InvariantCulture, out int number) && (uint)number < (uint)_all.Count
        ? _all[number]
        : null;

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
