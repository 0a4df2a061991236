using System.Diagnostics;
using ModelSessions.Cpu.Planning;
using ModelSessions.Graphs.Functions;

namespace ModelSessions.Cpu.Execution;

/// <summary>Runs steps one after another.</summary>
internal static class StepRunner
{
    /// <summary>Steps of a graph without control flow: each of them runs.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="context">The run.</param>
    /// <param name="firstWrite">The step from which on the run is not cancelled any more.</param>
    public static void RunAll(Step[] steps, KernelContext context, int firstWrite)
    {
        CancellationToken cancel = context.Cancel;
        int at = 0, begun = 0;
        try
        {
            for (; at < steps.Length; at++)
            {
                cancel.ThrowIfCancellationRequested();
                if (at == firstWrite)
                {
                    cancel = context.GoThrough();
                }

                Step step = steps[at];
                begun = at + 1;
                Run(step, context);
                context.End(step);
            }
        }
        catch (OperationCanceledException) when (IsBefore(firstWrite, at) || OnlyLooked(steps[..begun], context))
        {
            throw new WaitCancelledException(cancel);
        }
        catch (Exception e) when (IsOfNode(e))
        {
            throw Failure.At(steps[at].Node, e);
        }
    }

    /// <summary>Steps of a graph with control flow: those run whose inputs are alive; the others' outputs are dead.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="context">The run.</param>
    /// <param name="whole">Whether they are all of a routine, and no part of a loop.</param>
    /// <param name="firstWrite">The step from which on the run is not cancelled any more.</param>
    public static void RunLive(Step[] steps, KernelContext context, bool whole = false, int firstWrite = int.MaxValue)
    {
        CancellationToken cancel = context.Cancel;
        int at = 0, begun = 0;
        try
        {
            for (; at < steps.Length; at++)
            {
                cancel.ThrowIfCancellationRequested();
                if (at == firstWrite)
                {
                    cancel = context.GoThrough();
                }

                Step step = steps[at];
                begun = at + 1;
                bool live = context.IsLive(step);
                if (live)
                {
                    Run(step, context);
                }
                else
                {
                    context.Skip(step);
                }

                context.End(step);
                context.Mark(step, live);
            }
        }
        catch (OperationCanceledException) when (whole && (IsBefore(firstWrite, at) || OnlyLooked(steps[..begun], context)))
        {
            throw new WaitCancelledException(cancel);
        }
        catch (Exception e) when (IsOfNode(e))
        {
            throw Failure.At(steps[at].Node, e);
        }
    }

    private static void Run(Step step, KernelContext context)
    {
        context.Begin(step);
        if (context.Trace is { } trace)
        {
            long began = Stopwatch.GetTimestamp();
            step.Kernel(context);
            trace.Add(step.Node.Name, step.Node.Type, began, context.OutputBytes(step));
        }
        else
        {
            step.Kernel(context);
        }

        if (context.Guard is { } guard)
        {
            context.Check(step, guard);
        }
    }

    private static bool IsBefore(int firstWrite, int at) => firstWrite != int.MaxValue && at < firstWrite;

    // A run that was cancelled and has done nothing but look leaves everything as it was, and says so. One that a guard has ended is asked whether
    // the model is as it was: generators are rewound, and data that was taken is no part of it.
    private static bool OnlyLooked(Step[] begun, KernelContext context) => context.Depth == 0 && !begun.Any(context.IsEnded ? Writing.Writes : ChangesSomething);

    private static bool ChangesSomething(Step step)
    {
        GraphOperation node = step.Node;
        bool looks = node.Type is "Identity" or "ReadVariableOp";
        return step.Kind == StepKind.Loop || FunctionCalls.Of(node).Any() || (!looks && ((node.Schema.IsStateful && node.Inputs.Count > 0) || node.Inputs.Any(input => input.IsRef)));
    }

    // An error that names its node comes from a step inside of this one.
    private static bool IsOfNode(Exception e) => e is not OperationCanceledException and not ModelFileException and not EngineException { Node: not null };
}
