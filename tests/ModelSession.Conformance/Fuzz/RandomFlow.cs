namespace ModelSessions.Conformance.Fuzz;

/// <summary>Branches and loops, of TensorFlow 1's kind.</summary>
internal static class RandomFlow
{
    private static readonly string[] s_steps = ["Tanh", "Sin", "Neg", "Softsign", "Sigmoid"];

    public static IReadOnlyList<Action<RandomGraph>> Nodes { get; } = [Branch, Loop];

    private static void Branch(RandomGraph g)
    {
        GraphBuilder b = g.Builder;
        GraphTensor x = g.Float(), pred = g.Take(DType.Bool, 0, 0);
        GraphOperation way = b.AddOperation("Switch", null, null, x, pred);
        GraphTensor no = b.Add(g.Choose.Of(s_steps), way.Outputs[0]), yes = b.Add("AddV2", b.Add(g.Choose.Of(s_steps), way.Outputs[1]), way.Outputs[1]);
        GraphTensor merged = b.Add("Merge", no, yes);
        g.Add("Identity", null, merged);
    }

    private static void Loop(RandomGraph g)
    {
        GraphBuilder b = g.Builder;
        GraphTensor x = g.Float(0, 3), factor = g.Placeholder(x.DType, []);
        string frame = $"loop_{g.Graph.Operations.Count}";
        GraphTensor Enter(GraphTensor value, bool constant) =>
            b.Add("Enter", null, new() { ["frame_name"] = frame, ["is_constant"] = constant, ["parallel_iterations"] = g.Choose.Of(1, 10) }, value);
        GraphTensor count = Enter(b.Constant(0), false), state = Enter(x, false), limit = Enter(b.Constant(g.Choose.Between(0, 3)), true), scale = Enter(factor, true);

        // What comes round is not there yet: the second input of a merge is set afterwards.
        GraphOperation countMerge = b.AddOperation("Merge", null, null, count, count), stateMerge = b.AddOperation("Merge", null, null, state, state);
        GraphTensor again = b.Add("LoopCond", b.Add("Less", countMerge.Outputs[0], limit));
        GraphOperation countSwitch = b.AddOperation("Switch", null, null, countMerge.Outputs[0], again);
        GraphOperation stateSwitch = b.AddOperation("Switch", null, null, stateMerge.Outputs[0], again);
        GraphTensor inside = b.Add("Identity", countSwitch.Outputs[1]);
        GraphTensor one;
        using (b.ControlDependencies(inside.Operation))
        {
            one = b.Constant(1);
        }

        GraphTensor next = b.Add(g.Choose.Of(s_steps), b.Add("Mul", b.Add("Identity", stateSwitch.Outputs[1]), scale));
        g.ComesRound(countMerge, b.Add("NextIteration", b.Add("AddV2", inside, one)));
        g.ComesRound(stateMerge, b.Add("NextIteration", next));
        g.Offer(b.Add("Exit", stateSwitch.Outputs[0]));
    }
}
