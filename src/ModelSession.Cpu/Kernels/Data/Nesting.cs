using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Datasets on datasets, each of which takes a part of the thread's stack.</summary>
internal static class Nesting
{
    /// <summary>Makes sure that there is stack for one more.</summary>
    /// <exception cref="EngineException">There is none (ResourceExhausted).</exception>
    public static void Check()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new EngineException(StatusCode.ResourceExhausted, "Too many datasets are made one from the other: the thread's stack is used up.");
        }
    }
}
