namespace ModelSessions;

/// <summary>Learning rates that fall with the step, as nodes of the graph: TensorFlow's <c>tf.train.exponential_decay</c> and its like. They read the
/// step counter before the step adds to it.</summary>
public sealed class LearningRateDecays
{
    private readonly GraphBuilder _g;

    internal LearningRateDecays(GraphBuilder builder) => _g = builder;

    /// <summary><c>rate · decayRate ^ (step / decaySteps)</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="step">The step counter.</param>
    /// <param name="decaySteps">In how many steps the rate is multiplied once.</param>
    /// <param name="decayRate">What it is multiplied by.</param>
    /// <param name="staircase">Whether it stays the same in between.</param>
    /// <param name="name"><c>ExponentialDecay</c> if null.</param>
    public GraphTensor ExponentialDecay(Operand learningRate, Operand step, Operand decaySteps, Operand decayRate, bool staircase = false, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "ExponentialDecay");
        GraphTensor rate = Rate(learningRate);
        GraphTensor steps = As(decaySteps, rate), factor = As(decayRate, rate);
        GraphTensor part = Part(As(step, rate), steps, staircase);
        return _g.Times(rate, _g.Add("Pow", factor, part), scope.Name);
    }

    /// <summary><c>rate · e ^ (−decayRate · step / decaySteps)</c>.</summary>
    /// <inheritdoc cref="ExponentialDecay"/>
    public GraphTensor NaturalExponentialDecay(Operand learningRate, Operand step, Operand decaySteps, Operand decayRate, bool staircase = false, string? name = null) =>
        ExponentialDecay(learningRate, step, decaySteps, _g.Exp(_g.Negate(decayRate)), staircase, name);

    /// <summary><c>rate / (1 + decayRate · step / decaySteps)</c>.</summary>
    /// <inheritdoc cref="ExponentialDecay"/>
    public GraphTensor InverseTimeDecay(Operand learningRate, Operand step, Operand decaySteps, Operand decayRate, bool staircase = false, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "InverseTimeDecay");
        GraphTensor rate = Rate(learningRate);
        GraphTensor steps = As(decaySteps, rate), factor = As(decayRate, rate);
        GraphTensor part = Part(As(step, rate), steps, staircase);
        GraphTensor one = _g.Cast(_g.Constant(Tensor.Scalar(1)), rate.DType);
        return _g.Divide(rate, _g.Add("AddV2", "Add", null, one, _g.Add("Mul", factor, part)), scope.Name);
    }

    /// <summary>From one rate to another: <c>(rate − end) · (1 − step / decaySteps) ^ power + end</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="step">The step counter.</param>
    /// <param name="decaySteps">In how many steps the end is reached.</param>
    /// <param name="endLearningRate">The rate at the end; 0.0001 if null.</param>
    /// <param name="power">The power; 1, a straight line, if null.</param>
    /// <param name="cycle">Whether it rises again at the end, and falls in a longer while; else it stays.</param>
    /// <param name="name"><c>PolynomialDecay</c> if null.</param>
    public GraphTensor PolynomialDecay(
        Operand learningRate, Operand step, Operand decaySteps, Operand? endLearningRate = null, Operand? power = null, bool cycle = false, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "PolynomialDecay");
        GraphTensor rate = Rate(learningRate);
        GraphTensor end = As(endLearningRate ?? 0.0001, rate), exponent = As(power ?? 1.0, rate), now = As(step, rate), steps = As(decaySteps, rate);
        if (cycle)
        {
            GraphTensor atStart = now.Equal(0);
            GraphTensor rounds = _g.Add("Ceil", now / decaySteps);
            steps = _g.Add("Mul", steps, _g.Add("SelectV2", atStart, 1.0, rounds));
        }
        else
        {
            now = _g.Minimum(now, steps);
        }

        GraphTensor part = now / steps;
        GraphTensor range = rate - end;
        return _g.Add("AddV2", scope.Name, null, _g.Add("Mul", range, _g.Add("Pow", 1 - part, exponent)), end);
    }

    /// <summary>A half wave of a cosine: <c>rate · ((1 − alpha) · ½ (1 + cos(π · step / decaySteps)) + alpha)</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="step">The step counter.</param>
    /// <param name="decaySteps">In how many steps the end is reached.</param>
    /// <param name="alpha">The rate at the end, as a part of the first one.</param>
    /// <param name="name"><c>CosineDecay</c> if null.</param>
    public GraphTensor CosineDecay(Operand learningRate, Operand step, Operand decaySteps, double alpha = 0, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "CosineDecay");
        GraphTensor rate = Rate(learningRate);
        GraphTensor steps = As(decaySteps, rate);
        GraphTensor done = _g.Minimum(As(step, rate), steps) / steps;
        GraphTensor decayed = ((1 - alpha) * Wave(done)) + alpha;
        return _g.Add("Mul", rate, decayed);
    }

    /// <summary>Cosines that begin anew, each in a longer while (Loshchilov and Hutter, 2017).</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="step">The step counter.</param>
    /// <param name="firstDecaySteps">In how many steps the first wave ends.</param>
    /// <param name="stepFactor">How much longer each wave is; 2 if null.</param>
    /// <param name="rateFactor">The first rate of each wave, as a part of that of the one before; 1 if null.</param>
    /// <param name="alpha">The rate at the end, as a part of the first one.</param>
    /// <param name="name"><c>SGDRDecay</c> if null.</param>
    public GraphTensor CosineDecayRestarts(
        Operand learningRate, Operand step, Operand firstDecaySteps, Operand? stepFactor = null, Operand? rateFactor = null, Operand? alpha = null, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "SGDRDecay");
        GraphTensor rate = Rate(learningRate);
        GraphTensor steps = As(firstDecaySteps, rate), least = As(alpha ?? 0.0, rate), longer = As(stepFactor ?? 2.0, rate), lower = As(rateFactor ?? 1.0, rate);
        GraphTensor done = As(step, rate) / steps;
        (GraphTensor wave, GraphTensor part) = _g.Cond(longer.Equal(1.0), () => Even(done), () => Longer(done, longer));
        GraphTensor cosine = 0.5 * lower.Pow(wave) * (1.0 + _g.Add("Cos", _g.Constant(Math.PI, rate.DType) * part));
        GraphTensor decayed = ((1 - least) * cosine) + least;
        return _g.Add("Mul", scope.Name, null, rate, decayed);
    }

    /// <summary>A cosine that falls along a line (Bello and others, 2017): <c>rate · ((alpha + line) · ½ (1 + cos(2π · periods · part)) + beta)</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="step">The step counter.</param>
    /// <param name="decaySteps">In how many steps the end is reached.</param>
    /// <param name="periods">The number of waves; ½ if null.</param>
    /// <param name="alpha">See above; 0 if null.</param>
    /// <param name="beta">See above; 0.001 if null.</param>
    /// <param name="name"><c>LinearCosineDecay</c> if null.</param>
    public GraphTensor LinearCosineDecay(
        Operand learningRate, Operand step, Operand decaySteps, Operand? periods = null, Operand? alpha = null, Operand? beta = null, string? name = null)
    {
        using GraphScope scope = _g.NameScope(name ?? "LinearCosineDecay");
        GraphTensor rate = Rate(learningRate);
        GraphTensor steps = As(decaySteps, rate), waves = As(periods ?? 0.5, rate), above = As(alpha ?? 0.0, rate), least = As(beta ?? 0.001, rate);
        GraphTensor now = _g.Minimum(As(step, rate), steps);
        GraphTensor line = (steps - now) / steps;
        GraphTensor done = now / steps;
        GraphTensor cosine = Wave(2.0 * waves * done);
        return _g.Add("Mul", scope.Name, null, rate, ((above + line) * cosine) + least);
    }

    /// <summary>One of several rates, by intervals of the step: <c>x ≤ boundaries[0]</c> gives <c>values[0]</c>, and so on.</summary>
    /// <param name="step">The step counter.</param>
    /// <param name="boundaries">The last step of each interval but the last one.</param>
    /// <param name="values">The rates, one more than boundaries.</param>
    /// <param name="name"><c>PiecewiseConstant</c> if null.</param>
    public GraphTensor PiecewiseConstant(Operand step, Operand[] boundaries, Operand[] values, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        ArgumentNullException.ThrowIfNull(values);
        if (boundaries.Length == 0 || values.Length != boundaries.Length + 1)
        {
            throw new ArgumentException($"{boundaries.Length} boundaries make {boundaries.Length + 1} intervals; there are {values.Length} values.", nameof(values));
        }

        return new PiecewiseRates(_g).Add(step, boundaries, values, name);
    }

    private (GraphTensor Wave, GraphTensor Part) Even(GraphTensor done)
    {
        GraphTensor wave = _g.Floor(done);
        return (wave, done - wave);
    }

    private (GraphTensor Wave, GraphTensor Part) Longer(GraphTensor done, GraphTensor longer)
    {
        GraphTensor gone = _g.Log(1.0 - (done * (1.0 - longer)));
        GraphTensor wave = _g.Floor(gone / _g.Log(longer));
        GraphTensor above = 1.0 - longer.Pow(wave);
        GraphTensor before = above / (1.0 - longer);
        GraphTensor rest = done - before;
        return (wave, rest / longer.Pow(wave));
    }

    private GraphTensor Rate(Operand learningRate) => learningRate.ToTensor(_g, DType.Float32, "initial_learning_rate");

    private GraphTensor As(Operand value, GraphTensor rate) => _g.Cast(value.Number is { } whole && value.DType == DType.Invalid ? Tensor.Scalar((int)whole) : value, rate.DType);

    private GraphTensor Part(GraphTensor step, GraphTensor steps, bool staircase)
    {
        GraphTensor part = step / steps;
        return staircase ? _g.Floor(part) : part;
    }

    // ½ (1 + cos πx)
    private GraphTensor Wave(GraphTensor x) => 0.5 * (1.0 + _g.Add("Cos", _g.Constant(Math.PI, x.DType) * x));
}
