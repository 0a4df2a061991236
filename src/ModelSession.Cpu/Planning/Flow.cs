namespace ModelSessions.Cpu.Planning;

/// <summary>TensorFlow's control flow: which nodes steer, and which may therefore not run.</summary>
internal static class Flow
{
    /// <summary>Whether a node belongs to a branch or a loop's frame as such.</summary>
    public static bool Steers(GraphOperation node) => Divides(node) || Merges(node) || Enters(node) || Exits(node) || ComesRound(node)
        || node.Type == "LoopCond";

    /// <summary>Whether some of its outputs have no value after it ran.</summary>
    public static bool Divides(GraphOperation node) => node.Type is "Switch" or "RefSwitch" or "_SwitchN";

    /// <summary>Whether it takes the one input that has a value.</summary>
    public static bool Merges(GraphOperation node) => node.Type is "Merge" or "RefMerge";

    /// <summary>Whether its output is in another frame than its input.</summary>
    public static bool Enters(GraphOperation node) => node.Type is "Enter" or "RefEnter";

    /// <summary>Whether its output is in the frame outside of its input's.</summary>
    public static bool Exits(GraphOperation node) => node.Type is "Exit" or "RefExit";

    /// <summary>Whether its output is for the next iteration.</summary>
    public static bool ComesRound(GraphOperation node) => node.Type is "NextIteration" or "RefNextIteration";

    /// <summary>Whether an edge closes a loop.</summary>
    public static bool IsBackEdge(GraphOperation node, GraphTensor input) => Merges(node) && ComesRound(input.Operation);

    /// <summary>The nodes that may have dead inputs, so that they may not run.</summary>
    /// <param name="nodes">Each after its inputs, but for the back edges of loops.</param>
    /// <param name="fed">Tensors that are given, and so alive.</param>
    public static HashSet<GraphOperation> Mortal(List<GraphOperation> nodes, IReadOnlySet<GraphTensor> fed)
    {
        HashSet<GraphOperation> mortal = [];
        foreach (GraphOperation node in nodes)
        {
            if (node.Type != "ControlTrigger" && (node.Inputs.Any(MayBeDead) || node.ControlInputs.Any(mortal.Contains)))
            {
                mortal.Add(node);
            }
        }

        return mortal;

        bool MayBeDead(GraphTensor input) => !fed.Contains(input)
            && (mortal.Contains(input.Operation) || Divides(input.Operation) || ComesRound(input.Operation));
    }
}
