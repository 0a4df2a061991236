using System.Collections.Concurrent;
using ModelSessions.Cpu.Kernels;
using ModelSessions.Cpu.Kernels.DataFlow;
using ModelSessions.Cpu.Kernels.Io;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <summary>A graph run by the embedded engine: plans, variables, generators.</summary>
internal sealed class CpuSession : IEngineSession
{
    private readonly ConcurrentDictionary<RunSignature, Lazy<CpuPlan>> _plans = new();
    private readonly ConcurrentDictionary<GraphOperation, Tensor> _constants;
    private readonly ConcurrentDictionary<(GraphOperation Node, int Results), Kernel> _kernels = new();

    private readonly SessionVariables _variables;
    private readonly Stack<Arena> _arenas = new();
    private readonly Lock _gate = new();
    private long _handles;
    private readonly MemoryBudget _budget;

    public CpuSession(CpuEngine engine, Graph graph, EngineOptions options)
    {
        Engine = engine;
        Graph = graph;
        Workers = new WorkerPool(options.ThreadCount);
        Store = new VariableStore();
        _variables = new SessionVariables(graph, Store);
        Resources = new ResourceStore();
        Functions = new FunctionStore(this, root: null);
        Files = new FileGate(options.Files);
        _budget = new MemoryBudget(options.MemoryLimit);
        _constants = new ConcurrentDictionary<GraphOperation, Tensor>();
    }

    private CpuSession(CpuSession root)
    {
        (Engine, Graph, Workers, Store, Resources, Files) = (root.Engine, root.Graph, root.Workers, root.Store, root.Resources, root.Files);
        Functions = new FunctionStore(this, root.Functions);
        (_budget, _constants, _variables) = (root._budget, root._constants, root._variables);
    }

    public IEngine Engine { get; }

    internal Graph Graph { get; }

    internal bool IsDisposed { get; private set; }

    internal WorkerPool Workers { get; }

    internal VariableStore Store { get; }

    internal GeneratorStore Generators { get; } = new();

    internal FunctionStore Functions { get; }

    internal ResourceStore Resources { get; }

    /// <summary>A number that no other handle of this session has.</summary>
    public long NextHandle() => Interlocked.Increment(ref _handles);

    internal FileGate Files { get; }

    internal Placement Placement { get; } = new();

    /// <inheritdoc/>
    public long PeakMemory => _budget.Peak;

    IReadOnlyList<IRunPlan> IEngineSession.Plans => [.. _plans.Values.Where(plan => plan.IsValueCreated).Select(plan => plan.Value)];

    IReadOnlyList<VariableInfo> IEngineSession.Variables => _variables.List();

    /// <inheritdoc/>
    public IRunPlan Prepare(RunSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Lazy<CpuPlan> plan = _plans.GetOrAdd(signature, key => new Lazy<CpuPlan>(() => PlanBuilder.Build(this, key)));
        try
        {
            return plan.Value;
        }
        catch (ModelSessionException)
        {
            // A graph that grows may have the name, or an engine the kernel, the next time.
            _plans.TryRemove(new(signature, plan));
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor? ReadVariable(string name) => _variables.Find(name).Snapshot();

    /// <inheritdoc/>
    public bool LendVariable(string name, Action<Tensor> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return _variables.Find(name).Lend(read);
    }

    /// <inheritdoc/>
    public void WriteVariable(string name, Tensor value, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        _variables.Find(name).Set(value, cancel);
    }

    /// <inheritdoc/>
    public void ResetQueues() => Resources.Clear(resource => resource is Queue or Reader or StagingArea or StagingMap);

    /// <inheritdoc/>
    public void RestartGenerators(int? seed) => Generators.Restart(seed);

    /// <inheritdoc/>
    public EngineState CaptureState() => Generators.Capture();

    /// <inheritdoc/>
    public void RestoreState(EngineState state) => Generators.Restore(state);

    /// <summary>This session for functions that keep a state of their own apart: generators and what else belongs to a node start anew;
    /// variables and resources are the same.</summary>
    public CpuSession Fork() => new(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        IsDisposed = true;
        _plans.Clear();
        _constants.Clear();
        _kernels.Clear();
        Functions.Clear();
        Resources.Clear(_ => true);
        Store.Clear();
        lock (_gate)
        {
            _arenas.Clear();
        }
    }

    /// <summary>The value of a Const node, parsed once.</summary>
    public Tensor Constant(GraphOperation node) => _constants.GetOrAdd(node, ConstantValue);

    /// <summary>A node's kernel, made once: its state (a generator, say) is the node's in this session.</summary>
    /// <remarks>A call of a function may have got further results since it ran the last time.</remarks>
    public Kernel KernelOf(GraphOperation node) => _kernels.GetOrAdd((node, node.Outputs.Count), key => KernelTable.Instance.Create(key.Node, this));

    /// <summary>Memory for a run; all plans of a session use the same, one run at a time.</summary>
    public Arena TakeArena()
    {
        lock (_gate)
        {
            return _arenas.TryPop(out Arena? arena) ? arena : NewArena();
        }
    }

    /// <summary>Memory that no run shares.</summary>
    public Arena NewArena() => new(_budget, ClearIdle);

    /// <summary>Counts memory beside that of runs which the graph decides about: elements that a dataset holds.</summary>
    /// <exception cref="EngineException">There is not enough (ResourceExhausted).</exception>
    public void TakeMemory(long bytes) => _budget.Take(bytes, ClearIdle);

    /// <summary>Counts memory that is held no more.</summary>
    public void GiveMemory(long bytes) => _budget.Give(bytes);

    public void GiveBack(Arena arena)
    {
        lock (_gate)
        {
            _arenas.Push(arena);
        }
    }

    private void ClearIdle()
    {
        lock (_gate)
        {
            foreach (Arena arena in _arenas)
            {
                arena.Clear();
            }
        }
    }

    private static Tensor ConstantValue(GraphOperation node)
    {
        Tensor value = node.Tensor("value");
        return value.DType == node.DType("dtype")
            ? value
            : throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{node.Name}' (Const) is {node.DType("dtype").Name()}; its value is {value.Describe()}.",
                node.Name);
    }
}
