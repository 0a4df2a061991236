using ModelSessions.Cpu.Kernels;

namespace ModelSessions.Cpu.Planning;

/// <summary>When a step runs, and what becomes of its outputs when it does not.</summary>
internal enum StepKind
{
    /// <summary>With all inputs alive; else its outputs are dead.</summary>
    Plain,

    /// <summary>With any input alive.</summary>
    Merge,

    /// <summary>With its input alive; else its output stays as it is, for a later iteration.</summary>
    Exit,

    /// <summary>Always: dead inputs go inside.</summary>
    Loop,
}

/// <summary>One kernel call of a routine.</summary>
internal sealed class Step(GraphOperation node, Kernel kernel, int[] inputs, int firstOutput, int outputCount)
{
    /// <summary>Stands for "before the first step".</summary>
    public static Step None { get; } = new(null!, _ => { }, [], 0, 0);

    public GraphOperation Node { get; } = node;

    public Kernel Kernel { get; } = kernel;

    public StepKind Kind { get; init; }

    /// <summary>The slots of its inputs.</summary>
    public int[] Inputs { get; } = inputs;

    /// <summary>The slots that tell whether the steps that it waits for have run.</summary>
    public int[] Gates { get; init; } = [];

    /// <summary>The slot that tells others whether it has run; −1 if nobody asks.</summary>
    public int Gate { get; init; } = -1;

    /// <summary>The slot of output 0; the others follow.</summary>
    public int FirstOutput { get; } = firstOutput;

    public int OutputCount { get; } = outputCount;

    /// <summary>The steps of a loop; none of another.</summary>
    public IReadOnlyList<Step> Inner { get; init; } = [];

    /// <summary>The slots that no later step reads.</summary>
    public int[] Dying { get; set; } = [];

    /// <summary>Whether this step is the last to read one of its inputs, and reads it as no other input too: then it may
    /// write there.</summary>
    public bool MayOverwrite(int input) =>
        Array.IndexOf(Dying, Inputs[input]) >= 0 && Array.IndexOf(Inputs, Inputs[input]) == Array.LastIndexOf(Inputs, Inputs[input]);
}
