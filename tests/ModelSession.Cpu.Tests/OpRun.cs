namespace ModelSessions.Tests;

/// <summary>A session on one op with constant inputs.</summary>
internal sealed class OpRun : IDisposable
{
    private readonly IEngineSession _session;
    private readonly string[] _fetches;

    public OpRun(string type, NodeAttributes? attributes, params Tensor[] inputs)
        : this(type, 2, attributes, inputs)
    {
    }

    public OpRun(string type, int threads, NodeAttributes? attributes, params Tensor[] inputs)
    {
        GraphBuilder g = new();
        GraphOperation op = g.AddOperation(type, "op", attributes, [.. inputs.Select(input => (Operand)g.Constant(input))]);
        _fetches = [.. op.Outputs.Select(output => output.Name)];
        _session = new CpuEngine().Open(g.Graph, new EngineOptions(threads));
    }

    /// <summary>All outputs of one run in a session of its own.</summary>
    public static Tensor[] Of(string type, NodeAttributes? attributes, params Tensor[] inputs)
    {
        using OpRun run = new(type, attributes, inputs);
        return run.Next();
    }

    /// <summary>All outputs of the next run.</summary>
    public Tensor[] Next()
    {
        Tensor[] results = new Tensor[_fetches.Length];
        _session.Prepare(new RunSignature([], _fetches, [])).Run([], results, TestContext.Current.CancellationToken);
        return results;
    }

    public void Dispose() => _session.Dispose();
}
