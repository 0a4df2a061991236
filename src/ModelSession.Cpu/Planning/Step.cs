using ModelSessions.Cpu.Kernels;

namespace ModelSessions.Cpu.Planning;

/// <summary>One kernel call of a plan.</summary>
internal sealed class Step(GraphOperation node, Kernel kernel, int[] inputs, int firstOutput, int outputCount)
{
    /// <summary>Stands for "before the first step".</summary>
    public static Step None { get; } = new(null!, _ => { }, [], 0, 0);

    public GraphOperation Node { get; } = node;

    public Kernel Kernel { get; } = kernel;

    /// <summary>The slots of its inputs.</summary>
    public int[] Inputs { get; } = inputs;

    /// <summary>The slot of output 0; the others follow.</summary>
    public int FirstOutput { get; } = firstOutput;

    public int OutputCount { get; } = outputCount;

    /// <summary>The slots that no later step reads.</summary>
    public int[] Dying { get; set; } = [];

    /// <summary>Whether this step is the last to read one of its inputs, and reads it as no other input too: then it may
    /// write there.</summary>
    public bool MayOverwrite(int input) =>
        Array.IndexOf(Dying, Inputs[input]) >= 0 && Array.IndexOf(Inputs, Inputs[input]) == Array.LastIndexOf(Inputs, Inputs[input]);
}
