namespace ModelSessions;

/// <content>Random numbers.</content>
public sealed partial class GraphBuilder
{
    // TensorFlow's seed of a graph whose operations are seeded and which is not.
    private const long DefaultGraphSeed = 87654321;

    private long _seedsGiven;

    /// <summary>Normal numbers, those beyond two standard deviations drawn anew.</summary>
    public GraphTensor TruncatedNormal(
        Operand shape, double mean = 0, double standardDeviation = 1, DType dtype = DType.Float32, long? seed = null, string? name = null) =>
        Normal("TruncatedNormal", shape, mean, standardDeviation, dtype, seed, name ?? "truncated_normal");

    /// <summary>Normal numbers.</summary>
    public GraphTensor RandomNormal(
        Operand shape, double mean = 0, double standardDeviation = 1, DType dtype = DType.Float32, long? seed = null, string? name = null) =>
        Normal("RandomStandardNormal", shape, mean, standardDeviation, dtype, seed, name ?? "random_normal");

    /// <summary>Numbers from <paramref name="minimum"/> to below <paramref name="maximum"/>, all equally likely.</summary>
    public GraphTensor RandomUniform(
        Operand shape, double minimum = 0, double maximum = 1, DType dtype = DType.Float32, long? seed = null, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "random_uniform");
        GraphTensor sizes = shape.ToTensor(this, DType.Int32, "shape");
        if (minimum == 0 && maximum == 1 && !dtype.IsInteger())
        {
            return Random("RandomUniform", null, sizes, dtype, seed);
        }

        GraphTensor low = Constant(minimum, dtype, null, "min"), high = Constant(maximum, dtype, null, "max");
        if (dtype.IsInteger())
        {
            (long first, long second) = Seeds(seed);
            return Add("RandomUniformInt", scope.Name, new() { ["seed"] = first, ["seed2"] = second }, sizes, low, high);
        }

        GraphTensor unit = Random("RandomUniform", null, sizes, dtype, seed);
        GraphTensor width = high - low;
        return minimum == 0 ? Times(unit, high, "Mul") : Plus(unit * width, low, scope.Name);
    }

    /// <summary>The two seeds of the next random operation, from the graph's seed and its own, as <c>tf.set_random_seed</c> has it in
    /// TensorFlow 2: operations without a seed are numbered (TensorFlow 1 took the number of nodes).</summary>
    /// <param name="seed">The operation's own seed.</param>
    public (long Seed, long Seed2) Seeds(long? seed)
    {
        const long modulus = int.MaxValue;
        (long first, long second) = (Graph.Seed, seed) switch
        {
            (null, null) => (0L, 0L),
            ({ } graph, null) => (graph, _seedsGiven++),
            (null, { } own) => (DefaultGraphSeed, own),
            ({ } graph, { } own) => (graph, own),
        };
        bool seeded = Graph.Seed is not null || seed is not null;
        (first, second) = (Modulus(first, modulus), Modulus(second, modulus));
        // Both 0 would ask for true randomness.
        return seeded && first == 0 && second == 0 ? (0, modulus) : (first, second);
    }

    private static long Modulus(long value, long modulus) => ((value % modulus) + modulus) % modulus;

    private GraphTensor Normal(string type, Operand shape, double mean, double standardDeviation, DType dtype, long? seed, string name)
    {
        using GraphScope scope = NameScope(name);
        GraphTensor sizes = shape.ToTensor(this, DType.Int32, "shape");
        GraphTensor centre = Constant(mean, dtype, null, "mean"), width = Constant(standardDeviation, dtype, null, "stddev");
        return Plus(Random(type, null, sizes, dtype, seed) * width, centre, scope.Name);
    }

    private GraphTensor Random(string type, string? name, GraphTensor shape, DType dtype, long? seed)
    {
        (long first, long second) = Seeds(seed);
        return Add(type, name, new() { ["dtype"] = dtype, ["seed"] = first, ["seed2"] = second }, shape);
    }
}
