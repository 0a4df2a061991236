namespace ModelSessions;

/// <summary>Runs graphs: the embedded engine, native TensorFlow.</summary>
public interface IEngine
{
    /// <summary>A short name: <c>Embedded</c>, <c>TensorFlow</c>.</summary>
    string Name { get; }

    /// <summary>What it is, in some words.</summary>
    string Description { get; }

    /// <summary>Opens a session on a graph, which may grow afterwards. Variables are uninitialised.</summary>
    IEngineSession Open(Graph graph, EngineOptions options);

    /// <summary>The op kinds in the closure of some nodes that this engine cannot run; sorted, empty if it can run all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="targets">Names of operations or tensors.</param>
    IReadOnlyList<string> Unsupported(Graph graph, IEnumerable<string> targets);
}

/// <summary>Options of an engine's session.</summary>
/// <param name="ThreadCount">Threads for one run; 0 = all processors. The results do not depend on it.</param>
public sealed record EngineOptions(int ThreadCount = 0)
{
    /// <summary>Which files the graph's ops may touch.</summary>
    public FilePermissions Files { get; init; } = FilePermissions.None;

    /// <summary>The most bytes that the tensors of all runs may take at a time, variables apart; 0 for the memory that the process can have.</summary>
    public long MemoryLimit { get; init; }
}

/// <summary>A graph being run: its variables and their values.</summary>
public interface IEngineSession : IDisposable
{
    /// <summary>The engine it belongs to.</summary>
    IEngine Engine { get; }

    /// <summary>Prepares runs of some feeds, fetches and targets. Cached: asking again costs a look-up.</summary>
    /// <exception cref="GraphException">A name is not in the graph, or a fetch is also fed.</exception>
    /// <exception cref="UnsupportedFeatureException">Ops without a kernel are needed; all are listed.</exception>
    IRunPlan Prepare(RunSignature signature);

    /// <summary>The plans that were asked for so far.</summary>
    IReadOnlyList<IRunPlan> Plans { get; }

    /// <summary>The variables of the graph that this engine knows, as they are now.</summary>
    IReadOnlyList<VariableInfo> Variables { get; }

    /// <summary>The most bytes that the tensors of runs have held at a time so far, variables apart.</summary>
    long PeakMemory { get; }

    /// <summary>A copy of a variable's value; null if it is not initialised.</summary>
    /// <exception cref="GraphException">There is no such variable.</exception>
    Tensor? ReadVariable(string name);

    /// <summary>Lends a variable's value without a copy, for as long as the call lasts; writers wait meanwhile.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="read">Reads the value and does not keep it, or change it, or run the graph.</param>
    /// <returns>False if the variable is not initialised; <paramref name="read"/> is not called then.</returns>
    /// <exception cref="GraphException">There is no such variable.</exception>
    bool LendVariable(string name, Action<Tensor> read);

    /// <summary>Sets a variable. The value is copied.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancel">Stops the copying of a large value: the variable's own is torn then.</param>
    /// <exception cref="GraphException">There is no such variable, or the value has another dtype or shape.</exception>
    void WriteVariable(string name, Tensor value, CancellationToken cancel = default);

    /// <summary>Makes all queues and readers of the graph new and empty. Runs that wait for one are refused (Cancelled).</summary>
    void ResetQueues();

    /// <summary>What a checkpoint does not see: the states of random generators.</summary>
    EngineState CaptureState();

    /// <summary>Has all random generators begin anew, where they stood when they were made.</summary>
    /// <param name="seed">In place of the graph's seed, as if the graph had been built with it; null for what the nodes say. Nodes without any seed
    /// go on with numbers of chance then.</param>
    void RestartGenerators(int? seed);

    /// <summary>Puts back what <see cref="CaptureState"/> gave, in this or another session of the same graph.</summary>
    void RestoreState(EngineState state);
}

/// <summary>Prepared runs of one signature. Runs may overlap.</summary>
public interface IRunPlan
{
    /// <summary>What it was prepared for.</summary>
    RunSignature Signature { get; }

    /// <summary>How many runs were begun.</summary>
    long Runs { get; }

    /// <summary>What the engine made of the graph, for people: how many nodes, as how many steps, what was computed ahead and put together, then the steps in their order.</summary>
    string Describe();

    /// <summary>Runs once.</summary>
    /// <param name="feeds">Values in the order of the signature's feeds; not changed, and read only during the run.</param>
    /// <param name="fetches">Receives the values of the signature's fetches. They belong to the caller: later runs do not change them.</param>
    /// <param name="cancel">Stops the run between nodes.</param>
    /// <param name="trace">Is told of each node that ran; null for nobody.</param>
    /// <param name="guard">May end the run; null for nobody.</param>
    /// <exception cref="EngineException">A node failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled, or <paramref name="guard"/> has ended the run, which
    /// may have changed some variables; a <see cref="WaitCancelledException"/> says that it has not.</exception>
    void Run(ReadOnlySpan<Tensor> feeds, Span<Tensor> fetches, CancellationToken cancel, RunTrace? trace = null, RunGuard? guard = null);
}

/// <summary>A variable in a graph.</summary>
/// <param name="Name">The name of the variable's operation (for a resource variable: of its VarHandleOp).</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Its shape as the graph states it.</param>
/// <param name="IsResource">Whether it is a resource variable.</param>
/// <param name="IsInitialized">Whether it has a value now.</param>
public sealed record VariableInfo(string Name, DType DType, Shape Shape, bool IsResource, bool IsInitialized);

/// <summary>The states of random generators, by name of the node that owns each.</summary>
/// <param name="Generators">Opaque bytes by node name.</param>
public sealed record EngineState(IReadOnlyDictionary<string, byte[]> Generators);
