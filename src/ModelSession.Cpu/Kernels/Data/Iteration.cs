using System.Runtime.CompilerServices;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>One going through a dataset, from its start on: functions with state of their own, what datasets keep from epoch to epoch,
/// and files that are open.</summary>
internal sealed class Iteration : IDisposable
{
    private readonly HashSet<IDisposable> _open;
    private readonly ConditionalWeakTable<Dataset, object> _kept = [];
    private readonly ConditionalWeakTable<Dataset, Iteration[]> _branches = [];

    public Iteration(CpuSession session)
    {
        Session = session.Fork();
        _open = [];
    }

    private Iteration(Iteration whole)
    {
        Session = whole.Session;
        _open = whole._open;
    }

    /// <summary>The session, as functions of datasets see it: what their nodes keep starts anew with each iteration.</summary>
    public CpuSession Session { get; }

    /// <summary>What a dataset keeps as long as the iteration lasts.</summary>
    public T Keep<T>(Dataset dataset, Func<T> create)
        where T : class => (T)_kept.GetValue(dataset, _ => create());

    /// <summary>The iteration for one of several inputs of a dataset. An input that stands in two places keeps two states, as in
    /// TensorFlow, where a dataset becomes a tree before it is gone through.</summary>
    public Iteration Branch(Dataset dataset, int input, int count) =>
        _branches.GetValue(dataset, _ => [.. Enumerable.Range(0, count).Select(_ => new Iteration(this))])[input];

    /// <summary>Closes something at the end of the iteration at the latest.</summary>
    public T Keep<T>(T open)
        where T : IDisposable
    {
        _open.Add(open);
        return open;
    }

    /// <summary>Closes something before the end.</summary>
    public void Close(IDisposable? open)
    {
        if (open is not null && _open.Remove(open))
        {
            open.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (IDisposable open in _open)
        {
            open.Dispose();
        }

        _open.Clear();
    }
}
