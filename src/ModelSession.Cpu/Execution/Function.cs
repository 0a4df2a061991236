using System.Runtime.CompilerServices;
using ModelSessions.Cpu.Planning;
using ModelSessions.Graphs.Functions;

namespace ModelSessions.Cpu.Execution;

/// <summary>A function of a session's graph, planned when it is first called.</summary>
internal sealed class Function(CpuSession session, FunctionGraph graph)
{
    /// <summary>Deeper calls are an error: each takes a part of the thread's stack, of which there is little.</summary>
    public const int DeepestCall = 1000;

    private readonly Lazy<Routine> _routine = new(() => new RoutineBuilder(session, [.. graph.Arguments], [.. graph.Results], graph.Effects).Build());

    public string Name => graph.Name;

    public int ArgumentCount => graph.Arguments.Count;

    public int ResultCount => graph.Results.Count;

    /// <summary>Begins a call: arguments are to be set, then it runs, then results are taken; <see cref="End"/> in any case.</summary>
    /// <exception cref="EngineException">The calls are too deep (ResourceExhausted).</exception>
    public RunState Begin(KernelContext caller)
    {
        if (caller.Depth >= DeepestCall || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new EngineException(
                StatusCode.ResourceExhausted,
                $"The function '{Name}' is called {caller.Depth} calls deep, at most {DeepestCall} are possible. Does it call itself without end?");
        }

        RunState state = _routine.Value.Take();
        state.Context.BeginCall(caller);
        return state;
    }

    public Value Argument(RunState state, int index) => _routine.Value.Feed(state, index);

    /// <summary>Runs the body.</summary>
    public void Run(RunState state) => _routine.Value.Run(state);

    /// <summary>A result of a call that ran.</summary>
    /// <exception cref="EngineException">It is dead.</exception>
    public Value Result(RunState state, int index)
    {
        Value value = _routine.Value.Fetch(state, index);
        value = value.Reference?.Read() ?? value;
        return value.Memory is not null ? value : throw Failure.Invalid($"The result {index} of the function '{Name}' does not have a value.");
    }

    public void End(RunState state) => _routine.Value.GiveBack(state);

    /// <summary>A whole call: arguments from a node's inputs, results to its outputs.</summary>
    public void Call(KernelContext context, int firstInput)
    {
        if (context.InputCount - firstInput != ArgumentCount || context.OutputCount != ResultCount)
        {
            throw Failure.Invalid(
                $"The function '{Name}' takes {ArgumentCount} arguments and has {ResultCount} results; it is called with {context.InputCount - firstInput} for {context.OutputCount}.");
        }

        RunState state = Begin(context);
        try
        {
            for (int i = 0; i < ArgumentCount; i++)
            {
                Give(state, i, context.Input(firstInput + i));
            }

            Run(state);
            for (int i = 0; i < ResultCount; i++)
            {
                Take(state, i, context.Output(i));
            }
        }
        finally
        {
            End(state);
        }
    }

    /// <summary>Sets an argument.</summary>
    /// <exception cref="EngineException">It is of another type.</exception>
    public void Give(RunState state, int index, Value value)
    {
        Value argument = Argument(state, index);
        if (argument.DType != value.DType)
        {
            throw Failure.Invalid($"The argument {index} of the function '{Name}' is {argument.DType.Name()}; it is given {value.DType.Name()}.");
        }

        argument.ShareFrom(value, value.Dimensions);
    }

    /// <summary>Hands a result on.</summary>
    /// <exception cref="EngineException">It is of another type, or dead.</exception>
    public void Take(RunState state, int index, Value target)
    {
        Value result = Result(state, index);
        if (result.DType != target.DType)
        {
            throw Failure.Invalid($"The result {index} of the function '{Name}' is {result.DType.Name()}; {target.DType.Name()} is wanted.");
        }

        target.ShareFrom(result, result.Dimensions);
    }
}
