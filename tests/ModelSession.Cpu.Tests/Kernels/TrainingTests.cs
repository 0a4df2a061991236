namespace ModelSessions.Tests.Kernels;

public sealed class TrainingTests : IDisposable
{
    private readonly GraphSketch _g = new();

    public void Dispose() => _g.Dispose();

    [Fact]
    public void Moments_that_decay_towards_zero_become_zero_not_denormal()
    {
        Adam(length: 37, gradient: 0);
        _g.Session.WriteVariable("m", Filled(37, 1.2e-38f));
        _g.Session.WriteVariable("v", Filled(37, 1.2e-38f));

        _g.RunTargets("adam");
        _g.RunTargets("adam");

        Assert.All(_g.Session.ReadVariable("m")!.Span<float>().ToArray(), m => Assert.Equal(0f, m));
        Assert.All(_g.Session.ReadVariable("v")!.Span<float>().ToArray(), v => Assert.True(v == 0 || float.IsNormal(v)));
    }

    // m = 0.1 g, v = 0.001 g², rate √(1 − 0.999) / (1 − 0.9): the first step is about the rate against the gradient's sign.
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(50_000)]
    public void The_first_step_of_adam_is_the_rate(int length)
    {
        Adam(length, gradient: 3);

        _g.RunTargets("adam");

        Assert.All(_g.Session.ReadVariable("w")!.Span<float>().ToArray(), w => Assert.Equal(1 - 0.01f, w, 1e-6f));
    }

    private void Adam(int length, float gradient)
    {
        GraphTensor w = _g.Variable("w", [length]), m = _g.Variable("m", [length]), v = _g.Variable("v", [length]);
        GraphTensor beta1 = _g.Const("beta1", 0.9f), beta2 = _g.Const("beta2", 0.999f), rate = _g.Const("rate", 0.01f), epsilon = _g.Const("epsilon", 1e-8f);
        _g.Node("ApplyAdam", "adam", [w, m, v, beta1, beta2, rate, beta1, beta2, epsilon, _g.Const("g", Filled(length, gradient))]);
        _g.Session.WriteVariable("w", Filled(length, 1));
        _g.Session.WriteVariable("m", Filled(length, 0));
        _g.Session.WriteVariable("v", Filled(length, 0));
    }

    private static Tensor Filled(int length, float value) => Tensor.From<float>(Enumerable.Repeat(value, length).ToArray());
}
