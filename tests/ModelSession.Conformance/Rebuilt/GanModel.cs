namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A generator and a discriminator that train in turns, each with an optimizer of its own.</summary>
internal sealed class GanModel : RebuiltModel
{
    public override string Name => "gan";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 2], "real");
        GraphTensor z = g.RandomUniform((long[])[16, 4], -1, 1, seed: 170, name: "z");
        GraphTensor fake = g.Identity(g.Tanh(Layers(g, z, [4, 12, 2], "generator", 171)) * 2.0, "fake");
        GraphTensor onReal = Layers(g, x, [2, 12, 1], "discriminator", 175), onFake = Layers(g, fake, [2, 12, 1], "discriminator", 175, VariableReuse.Always);
        GraphTensor soft = g.Add("OnesLike", "ones_like", null, onReal) * 0.9;
        GraphTensor real = g.SigmoidCrossEntropy(soft, onReal);
        GraphTensor discriminatorLoss = g.ReduceMean(real + g.SigmoidCrossEntropy(g.ZerosLike(onFake), onFake), name: "d_loss");
        GraphTensor generatorLoss = g.ReduceMean(g.SigmoidCrossEntropy(g.Ones(onFake.Shape, name: "ones_like"), onFake), name: "g_loss");
        GraphVariable[] discriminator = Trained(g, "discriminator/"), generator = Trained(g, "generator/");
        GraphVariable step = g.GlobalStep();
        new AdamOptimizer(0.01, beta1: 0.5, name: "d_adam").Minimize(discriminatorLoss, variables: discriminator, name: "d_train");
        new AdamOptimizer(0.005, beta1: 0.5, name: "g_adam").Minimize(generatorLoss, step, generator, "g_train");
        g.InitializeVariables();
    }

    private static GraphTensor Layers(GraphBuilder g, GraphTensor h, int[] sizes, string name, long seed, VariableReuse? reuse = null)
    {
        using VariableScope scope = g.VariableScope(name, reuse);
        for (int i = 0; i + 1 < sizes.Length; i++)
        {
            GraphVariable w = g.GetVariable($"w{i}", [sizes[i], sizes[i + 1]], Initializers.RandomNormal(standardDeviation: 0.4, seed: seed + i));
            GraphVariable b = g.GetVariable($"b{i}", [sizes[i + 1]], Initializers.Zeros);
            h = g.MatMul(h, w) + b;
            h = i + 2 < sizes.Length ? g.LeakyRelu(h) : h;
        }

        return h;
    }

    private static GraphVariable[] Trained(GraphBuilder g, string scope) =>
        [.. g.Variables(CollectionKeys.TrainableVariables).Where(variable => variable.Name.StartsWith(scope, StringComparison.Ordinal))];
}
