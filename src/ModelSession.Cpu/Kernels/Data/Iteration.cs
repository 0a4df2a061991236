using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>One going through a dataset, from its start on: functions with state of their own, and files that are open.</summary>
internal sealed class Iteration(CpuSession session) : IDisposable
{
    private readonly HashSet<IDisposable> _open = [];

    /// <summary>The session, as functions of datasets see it: what their nodes keep starts anew with each iteration.</summary>
    public CpuSession Session { get; } = session.Fork();

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
