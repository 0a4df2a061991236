namespace ModelSessions.Tests;

/// <summary>A session of the embedded engine on a graph written as <see cref="FlowText"/>.</summary>
internal sealed class CpuRun(Graph graph, FilePermissions? files = null, long memory = 0) : IDisposable
{
    public CpuRun(string text, FilePermissions? files = null)
        : this(FlowText.Parse(text), files)
    {
    }

    public IEngineSession Session { get; } = new CpuEngine().Open(graph, new EngineOptions(2) { Files = files ?? FilePermissions.None, MemoryLimit = memory });

    /// <summary>Runs what is needed for one tensor.</summary>
    public Tensor Fetch(string fetch, params (string Name, Tensor Value)[] feeds)
    {
        Tensor[] fetches = new Tensor[1];
        Session.Prepare(new RunSignature([.. feeds.Select(feed => feed.Name)], [fetch], []))
            .Run([.. feeds.Select(feed => feed.Value)], fetches, TestContext.Current.CancellationToken);
        return fetches[0];
    }

    /// <summary>Runs an operation.</summary>
    public void Target(string target, params (string Name, Tensor Value)[] feeds) =>
        Session.Prepare(new RunSignature([.. feeds.Select(feed => feed.Name)], [], [target]))
            .Run([.. feeds.Select(feed => feed.Value)], [], TestContext.Current.CancellationToken);

    /// <summary>Runs an operation on a thread of its own, where it may wait.</summary>
    public Task Start(string target, CancellationToken cancel, params (string Name, Tensor Value)[] feeds) => Apart(() =>
    {
        Session.Prepare(new RunSignature([.. feeds.Select(feed => feed.Name)], [], [target])).Run([.. feeds.Select(feed => feed.Value)], [], cancel);
        return true;
    });

    /// <summary>Does something on a thread of its own.</summary>
    public static Task<T> Apart<T>(Func<T> act) => Task.Factory.StartNew(act, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => Session.Dispose();
}
